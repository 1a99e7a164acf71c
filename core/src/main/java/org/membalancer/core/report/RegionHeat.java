// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.List;
import java.util.Map;

/**
 * Heat of adjacent blocks of one mapping that are about equally hot. Immutable.
 *
 * @param startAddress first byte
 * @param endAddress the byte after the last one
 * @param label the mapping: a file, {@code [heap]}, what the JVM calls it
 * @param accesses decayed samples
 * @param stalls decayed samples of threads that waited
 * @param share of all accesses of the process, 0 to 1
 * @param accessesByNode the accesses by the CPU's node id
 * @param bytesByNode bytes of pages with samples by the node id on which they lie
 * @param pages with samples
 * @param storeShare share of stores among the accesses, 0 to 1
 * @param codeShare share of instruction fetches, 0 to 1
 */
public record RegionHeat(
        long startAddress, long endAddress, String label, double accesses, double stalls, double share,
        List<Double> accessesByNode, Map<Integer, Long> bytesByNode, int pages, double storeShare,
        double codeShare) {

    /** Copies the collections. */
    public RegionHeat {
        accessesByNode = List.copyOf(accessesByNode);
        bytesByNode = Sorted.copyOf(bytesByNode);
    }

    /** Bytes from the first block to the last. */
    public long bytes() {
        return endAddress - startAddress;
    }
}
