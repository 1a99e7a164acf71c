// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import java.util.Collection;

/**
 * Where some adjacent pages lie, sampled or not: what a walk over the movable ranges saw in one round.
 *
 * <p>Owned by one thread, refilled in place: {@link #begin}, then {@link #add} in ascending order of addresses.
 */
public final class PlaceWindow {
    private final long[] addresses;
    private final int[] nodeIds;
    private int count;
    private double coveredShare;

    /** Makes room for so many pages, 0 or more. */
    public PlaceWindow(int capacity) {
        addresses = new long[capacity];
        nodeIds = new int[capacity];
    }

    /** How many pages fit. */
    public int capacity() {
        return addresses.length;
    }

    /** Empties it. */
    public void begin() {
        count = 0;
        coveredShare = 0;
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

    /** Tells which part of all movable memory was walked. */
    public void cover(double share) {
        coveredShare = share;
    }

    /** How much of all movable memory lies on some nodes, estimated from the part that was walked. */
    public long bytesOn(Collection<Integer> nodes, long pageBytes) {
        long pages = 0;
        for (int i = 0; i < count; i++) {
            pages += nodes.contains(nodeIds[i]) ? 1 : 0;
        }
        return coveredShare <= 0 ? 0 : (long) (pages * pageBytes / Math.min(1, coveredShare));
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
