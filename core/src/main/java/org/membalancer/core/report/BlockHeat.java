// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.List;
import java.util.Map;

/**
 * Heat of one aligned block of 64 KiB, or of one page where pages are larger. Immutable.
 *
 * @param startAddress first byte
 * @param bytes length
 * @param accesses decayed samples
 * @param stalls decayed samples of threads that waited
 * @param accessesByNode the accesses by the CPU's node id
 * @param pagesByNode pages with samples by the node id on which they lie
 * @param absentPages pages with samples that lie nowhere or could not be told
 */
public record BlockHeat(
        long startAddress, long bytes, double accesses, double stalls, List<Double> accessesByNode,
        Map<Integer, Integer> pagesByNode, int absentPages) {

    /** Copies the collections. */
    public BlockHeat {
        accessesByNode = List.copyOf(accessesByNode);
        pagesByNode = Sorted.copyOf(pagesByNode);
    }

    /** The byte after the last one. */
    public long endAddress() {
        return startAddress + bytes;
    }
}
