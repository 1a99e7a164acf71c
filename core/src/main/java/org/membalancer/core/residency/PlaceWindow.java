// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

/**
 * Where some adjacent pages lie, sampled or not: what a walk over the movable ranges saw in one round.
 *
 * <p>Owned by one thread, refilled in place: {@link #begin}, then {@link #add} in ascending order of addresses, then
 * {@link #end}.
 */
public final class PlaceWindow {
    private final long[] addresses;
    private final int[] nodeIds;
    private int count;
    private boolean isFirst;
    private boolean isLast;
    private long endAddress;

    /** Makes room for so many pages, 0 or more. */
    public PlaceWindow(int capacity) {
        addresses = new long[capacity];
        nodeIds = new int[capacity];
    }

    /** How many pages fit. */
    public int capacity() {
        return addresses.length;
    }

    /** Empties it; tells whether a walk begins here. */
    public void begin(boolean isWalkStart) {
        count = 0;
        isFirst = isWalkStart;
        isLast = false;
        endAddress = 0;
    }

    /** Adds a page that is present; returns whether it fitted. */
    public boolean add(long pageAddress, int nodeId) {
        if (count == addresses.length) {
            return false;
        }
        addresses[count] = pageAddress;
        nodeIds[count++] = nodeId;
        return true;
    }

    /** Pages in it. */
    public int count() {
        return count;
    }

    /** Tells up to where was walked, and whether that was the end of all movable memory. */
    public void end(long walkedToAddress, boolean isWalkEnd) {
        endAddress = walkedToAddress;
        isLast = isWalkEnd;
    }

    /** Whether a walk begins here. */
    public boolean isFirst() {
        return isFirst;
    }

    /** Whether a walk ends here. */
    public boolean isLast() {
        return isLast;
    }

    /** Of all movable memory below, the walk has seen where it lies. */
    public long endAddress() {
        return endAddress;
    }

    /** Address of the i-th page. */
    public long address(int i) {
        return addresses[i];
    }

    /** Node of the i-th page. */
    public int nodeOf(int i) {
        return nodeIds[i];
    }
}
