// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.membalancer.core.heat.HeatSnapshot;

/** Sums over pages that lie together, while a report is built. */
final class BlockSum {
    private final long startAddress;
    private final double[] accessesByNode;
    private final Map<Integer, Integer> pagesByNode = new TreeMap<>();
    private double accesses;
    private double stalls;
    private double stores;
    private double codes;
    private int pages;
    private int absentPages;

    BlockSum(long startAddress, int nodeCount) {
        this.startAddress = startAddress;
        this.accessesByNode = new double[nodeCount];
    }

    /** Adds the i-th page of a snapshot, which lies on {@code placeNodeId} (below 0: nowhere known). */
    void addPage(HeatSnapshot heat, int i, int placeNodeId) {
        double pageAccesses = heat.accesses(i);
        accesses += pageAccesses;
        stalls += heat.stalls(i);
        stores += pageAccesses * heat.storeShare(i);
        codes += pageAccesses * heat.codeShare(i);
        pages++;
        for (int nodeId = 0; nodeId < accessesByNode.length; nodeId++) {
            accessesByNode[nodeId] += heat.accesses(i, nodeId);
        }
        if (placeNodeId < 0) {
            absentPages++;
        } else {
            pagesByNode.merge(placeNodeId, 1, Integer::sum);
        }
    }

    /** Adds a whole block. */
    void add(BlockSum other) {
        accesses += other.accesses;
        stalls += other.stalls;
        stores += other.stores;
        codes += other.codes;
        pages += other.pages;
        absentPages += other.absentPages;
        for (int nodeId = 0; nodeId < accessesByNode.length; nodeId++) {
            accessesByNode[nodeId] += other.accessesByNode[nodeId];
        }
        other.pagesByNode.forEach((nodeId, count) -> pagesByNode.merge(nodeId, count, Integer::sum));
    }

    long startAddress() {
        return startAddress;
    }

    /** What makes a block hot. */
    double weight() {
        return accesses + stalls;
    }

    BlockHeat toBlock(long bytes) {
        return new BlockHeat(startAddress, bytes, accesses, stalls, byNode(), pagesByNode, absentPages);
    }

    RegionHeat toRegion(long endAddress, NamedRange range, double totalAccesses, long pageBytes) {
        Map<Integer, Long> bytesByNode = new TreeMap<>();
        pagesByNode.forEach((nodeId, count) -> bytesByNode.put(nodeId, count * pageBytes));
        return new RegionHeat(range.clipStart(startAddress), range.clipEnd(endAddress), range.label(), accesses,
                stalls, ratio(accesses, totalAccesses), byNode(), bytesByNode, pages, ratio(stores, accesses),
                ratio(codes, accesses));
    }

    int nodeCount() {
        return accessesByNode.length;
    }

    private List<Double> byNode() {
        List<Double> list = new ArrayList<>(accessesByNode.length);
        for (double count : accessesByNode) {
            list.add(count);
        }
        return list;
    }

    private static double ratio(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
