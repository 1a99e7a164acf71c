// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

/**
 * The node on which each page of a snapshot lies, by the snapshot's index at the time of reading: sort first.
 *
 * <p>Owned by one thread; refilled in place without allocation by {@link ResidencyReader}, or by {@link #begin} and
 * {@link #set} where placement comes from elsewhere.
 */
public final class Residency {
    /** Not in memory: never touched, swapped out, the shared zero page, or not mapped. */
    public static final int NOT_PRESENT = -1;
    /** The kernel would not say. */
    public static final int UNKNOWN = -2;

    private final int[] nodeIds;
    private int pageCount;

    /** Makes room for so many pages, 1 or more. */
    public Residency(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be 1 or more: capacity=" + capacity);
        }
        nodeIds = new int[capacity];
    }

    /** How many pages fit. */
    public int capacity() {
        return nodeIds.length;
    }

    /** Pages whose place was asked. */
    public int pageCount() {
        return pageCount;
    }

    /** Node id of the i-th page, or {@link #NOT_PRESENT} or {@link #UNKNOWN}, which are below 0. */
    public int nodeOf(int i) {
        return nodeIds[i];
    }

    /**
     * Starts anew with so many pages, all {@link #UNKNOWN}.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    public void begin(int newPageCount) {
        if (newPageCount < 0 || newPageCount > nodeIds.length) {
            throw new IllegalArgumentException(
                    "pageCount must be 0.." + nodeIds.length + ": pageCount=" + newPageCount);
        }
        pageCount = newPageCount;
        java.util.Arrays.fill(nodeIds, 0, newPageCount, UNKNOWN);
    }

    /** Notes where the i-th page lies: a node id, {@link #NOT_PRESENT} or {@link #UNKNOWN}. */
    public void set(int i, int nodeId) {
        nodeIds[i] = nodeId;
    }
}
