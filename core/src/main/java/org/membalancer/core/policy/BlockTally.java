// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;
import java.util.List;

/**
 * Samples of one stretch of addresses: from which nodes they come, and where its pages lie. Reused, not allocated. Blocks have few users and places, and
 * machines may have many nodes: sets of those with any spare looking at the others.
 */
final class BlockTally {
    private final NodeSet users;
    private final NodeSet places;
    private final double[] samplesFrom;
    private final double[] samplesAt;
    private final int[] pagesAt;
    private final double[] costs;
    private boolean hasCosts;
    private long startAddress;
    private long endAddress;
    private double samples;
    private int presentPages;

    /** Makes a tally for node ids below the limit. */
    BlockTally(int nodeIdLimit) {
        users = new NodeSet(nodeIdLimit);
        places = new NodeSet(nodeIdLimit);
        samplesFrom = new double[nodeIdLimit];
        samplesAt = new double[nodeIdLimit];
        pagesAt = new int[nodeIdLimit];
        costs = new double[nodeIdLimit];
    }

    /** Starts anew for these addresses. */
    void begin(long start, long end) {
        startAddress = start;
        endAddress = end;
        samples = 0;
        presentPages = 0;
        hasCosts = false;
        for (int nodeId = users.first(); nodeId >= 0; nodeId = users.after(nodeId)) {
            samplesFrom[nodeId] = 0;
        }
        for (int nodeId = places.first(); nodeId >= 0; nodeId = places.after(nodeId)) {
            samplesAt[nodeId] = 0;
            pagesAt[nodeId] = 0;
        }
        users.clear();
        places.clear();
    }

    /**
     * Adds a page.
     *
     * @param count of nodes with samples; those from nodes that do not exist do not count
     * @param nodeIds the nodes
     * @param byNode their samples
     * @param placeNodeId where it lies; below 0: nowhere known
     * @param times how many pages it stands for
     */
    void addPage(int count, int[] nodeIds, float[] byNode, int placeNodeId, int times, NodeTable nodes) {
        double pageSamples = 0;
        hasCosts = false;
        for (int n = 0; n < count; n++) {
            if (nodes.exists(nodeIds[n])) {
                users.add(nodeIds[n]);
                samplesFrom[nodeIds[n]] += byNode[n] * times;
                pageSamples += byNode[n] * times;
            }
        }
        samples += pageSamples;
        if (nodes.exists(placeNodeId)) {
            places.add(placeNodeId);
            presentPages += times;
            pagesAt[placeNodeId] += times;
            samplesAt[placeNodeId] += pageSamples;
        }
    }

    /** Adds a part of this stretch. */
    void addBlock(BlockTally part) {
        users.addAll(part.users);
        for (int nodeId = part.users.first(); nodeId >= 0; nodeId = part.users.after(nodeId)) {
            samplesFrom[nodeId] += part.samplesFrom[nodeId];
        }
        places.addAll(part.places);
        for (int nodeId = part.places.first(); nodeId >= 0; nodeId = part.places.after(nodeId)) {
            samplesAt[nodeId] += part.samplesAt[nodeId];
            pagesAt[nodeId] += part.pagesAt[nodeId];
        }
        samples += part.samples;
        presentPages += part.presentPages;
        hasCosts = false;
    }

    /** By node id, the distances of all its samples if it lay there; do not change it. */
    double[] costs(NodeTable nodes) {
        if (!hasCosts) {
            nodes.sumDistances(users, samplesFrom, costs);
            hasCosts = true;
        }
        return costs;
    }

    long startAddress() {
        return startAddress;
    }

    long bytes() {
        return endAddress - startAddress;
    }

    double samples() {
        return samples;
    }

    /** A copy of the samples by the accessing CPU's node. */
    List<Double> samplesByNode() {
        return Arrays.stream(samplesFrom).boxed().toList();
    }

    double samplesAt(int nodeId) {
        return samplesAt[nodeId];
    }

    /** By node id, the samples by the accessing CPU's node; do not change it. */
    double[] samplesFrom() {
        return samplesFrom;
    }

    double samplesFrom(int nodeId) {
        return samplesFrom[nodeId];
    }

    int presentPages() {
        return presentPages;
    }

    /** Pages with samples whose place is known and is another node. */
    int pagesNotAt(int nodeId) {
        return presentPages - pagesAt[nodeId];
    }

    int pagesAt(int nodeId) {
        return pagesAt[nodeId];
    }

    /** Samples of pages whose place is known and is another node. */
    double samplesNotAt(int nodeId) {
        return Sums.of(samplesAt, 0, nodeId) + Sums.of(samplesAt, nodeId + 1, samplesAt.length);
    }

    /** The other node with most of this block's pages; -1: none. */
    int mainPlaceBut(int nodeId) {
        int main = -1;
        for (int place = places.first(); place >= 0; place = places.after(place)) {
            if (place != nodeId && pagesAt[place] > (main < 0 ? 0 : pagesAt[main])) {
                main = place;
            }
        }
        return main;
    }
}
