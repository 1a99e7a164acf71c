// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;

/** Adds up pages, or sums of pages, of one block or region while a report is put together. */
final class BlockSum {
    private final double[] accessesByNode;
    private final Map<Integer, Integer> pagesByNode = new TreeMap<>();
    private final long pageBytes;
    private double accesses;
    private double stalls;
    private double stores;
    private double codes;
    private int pages;
    private int absentPages;
    private int blocks;

    BlockSum(int nodeCount, long pageBytes) {
        this.accessesByNode = new double[nodeCount];
        this.pageBytes = pageBytes;
    }

    double accesses() {
        return accesses;
    }

    /** Accesses and stalls: what makes a block hot, whichever the source sees. */
    double weight() {
        return accesses + stalls;
    }

    int blocks() {
        return blocks;
    }

    void addPage(HeatSnapshot heat, Residency residency, int i) {
        for (int nodeId = 0; nodeId < accessesByNode.length; nodeId++) {
            accessesByNode[nodeId] += heat.accesses(i, nodeId);
        }
        accesses += heat.accesses(i);
        stalls += heat.stalls(i);
        stores += heat.storeShare(i) * heat.accesses(i);
        codes += heat.codeShare(i) * heat.accesses(i);
        pages++;
        if (residency.nodeOf(i) < 0) {
            absentPages++;
        } else {
            pagesByNode.merge(residency.nodeOf(i), 1, Integer::sum);
        }
    }

    void addBlock(BlockSum block) {
        for (int nodeId = 0; nodeId < accessesByNode.length; nodeId++) {
            accessesByNode[nodeId] += block.accessesByNode[nodeId];
        }
        accesses += block.accesses;
        stalls += block.stalls;
        stores += block.stores;
        codes += block.codes;
        pages += block.pages;
        absentPages += block.absentPages;
        block.pagesByNode.forEach((nodeId, count) -> pagesByNode.merge(nodeId, count, Integer::sum));
        blocks++;
    }

    BlockHeat block(long startAddress, long bytes) {
        return new BlockHeat(startAddress, bytes, accesses, stalls, byNode(), pagesByNode, absentPages);
    }

    RegionHeat region(long startAddress, long endAddress, String label, double allAccesses) {
        Map<Integer, Long> bytesByNode = new TreeMap<>();
        pagesByNode.forEach((nodeId, count) -> bytesByNode.put(nodeId, count * pageBytes));
        return new RegionHeat(startAddress, endAddress, label, accesses, stalls, shareOf(accesses, allAccesses),
                byNode(), bytesByNode, pages, shareOf(stores, accesses), shareOf(codes, accesses));
    }

    private List<Double> byNode() {
        List<Double> list = new ArrayList<>(accessesByNode.length);
        for (double each : accessesByNode) {
            list.add(each);
        }
        return list;
    }

    private static double shareOf(double part, double whole) {
        return whole > 0 ? Math.min(1, part / whole) : 0;
    }
}
