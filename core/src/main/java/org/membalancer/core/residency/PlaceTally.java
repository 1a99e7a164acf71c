// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import java.util.Arrays;
import java.util.Collection;

/**
 * How much of all movable memory lies on which node, summed over a whole walk: a single window tells nothing about the rest,
 * since memory lies in long stretches on one node.
 *
 * <p>A walk takes many rounds, so moves that are planned meanwhile are noted. What else changes, or does not move after all, shows
 * after the next walk. Owned by one thread.
 */
public final class PlaceTally {
    private long[] wholeBytes = {};
    private long[] walkBytes = {};
    private long walkedToAddress;
    private boolean isWhole;

    /** Takes what one step of a walk saw. */
    public void add(PlaceWindow window, long pageBytes) {
        if (window.isFirst()) {
            walkBytes = new long[wholeBytes.length];
        }
        for (int i = 0; i < window.count(); i++) {
            walkBytes = roomFor(window.nodeOf(i), walkBytes);
            walkBytes[window.nodeOf(i)] += pageBytes;
        }
        walkedToAddress = window.endAddress();
        if (window.isLast()) {
            wholeBytes = walkBytes.clone();
            walkedToAddress = 0;
            isWhole = true;
        }
    }

    /** Notes a planned move. */
    public void moved(long startAddress, long bytes, int fromNodeId, int toNodeId) {
        wholeBytes = shift(wholeBytes, bytes, fromNodeId, toNodeId);
        if (Long.compareUnsigned(startAddress, walkedToAddress) < 0) { // else the walk will see it there
            walkBytes = shift(walkBytes, bytes, fromNodeId, toNodeId);
        }
    }

    /** Whether there was a whole walk; until then only a part of the memory is known. */
    public boolean isWhole() {
        return isWhole;
    }

    /** How much lies on some nodes; until the end of the first walk, how much was seen there. */
    public long bytesOn(Collection<Integer> nodeIds) {
        long[] known = isWhole ? wholeBytes : walkBytes;
        long bytes = 0;
        for (int nodeId : nodeIds) {
            bytes += nodeId < known.length ? Math.max(0, known[nodeId]) : 0;
        }
        return bytes;
    }

    private static long[] shift(long[] byNode, long bytes, int fromNodeId, int toNodeId) {
        long[] shifted = roomFor(Math.max(fromNodeId, toNodeId), byNode);
        shifted[fromNodeId] -= bytes;
        shifted[toNodeId] += bytes;
        return shifted;
    }

    private static long[] roomFor(int nodeId, long[] byNode) {
        return nodeId < byNode.length ? byNode : Arrays.copyOf(byNode, nodeId + 1);
    }
}
