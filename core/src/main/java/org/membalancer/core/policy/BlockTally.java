// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;
import java.util.List;

import org.membalancer.core.heat.SampleSums;

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
    private double mostOfPage;
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
        mostOfPage = 0;
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
     * Adds the samples of neighbouring pages by node; {@link #addPlaced} must be told of them next.
     *
     * @param sums of the nodes that exist: samples from others do not count
     * @param byPage filled with the samples of each page
     */
    void addSamples(SampleSums sums, int from, int to, double[] byPage) {
        sums.add(from, to, samplesFrom, users.words(), byPage);
        hasCosts = false;
    }

    /** The same of pages that may lie far apart. */
    void addSamples(SampleSums sums, int[] pages, int count, double[] byPage) {
        sums.add(pages, count, samplesFrom, users.words(), byPage);
        hasCosts = false;
    }

    /**
     * Adds pages that lie in one place.
     *
     * @param pages how many
     * @param ofPages the samples of all of them
     * @param most the samples of the one with the most
     * @param placeNodeId where they lie; below 0: nowhere known
     */
    void addPlaced(int pages, double ofPages, double most, int placeNodeId, NodeTable nodes) {
        samples += ofPages;
        mostOfPage = Math.max(mostOfPage, most);
        if (nodes.exists(placeNodeId)) {
            places.add(placeNodeId);
            presentPages += pages;
            pagesAt[placeNodeId] += pages;
            samplesAt[placeNodeId] += ofPages;
        }
    }

    /** Lets everything in it stand for so much. */
    void multiply(int times) {
        for (int nodeId = 0; nodeId < samplesFrom.length; nodeId++) {
            samplesFrom[nodeId] *= times;
            samplesAt[nodeId] *= times;
            pagesAt[nodeId] *= times;
        }
        samples *= times;
        presentPages *= times;
        hasCosts = false;
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
        mostOfPage = Math.max(mostOfPage, part.mostOfPage);
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

    /** The most samples that a page of it has. */
    double mostOfPage() {
        return mostOfPage;
    }

    /** The node that most samples come from, of several the lowest; -1: there are none. */
    int mainUser() {
        int main = -1;
        for (int nodeId = users.first(); nodeId >= 0; nodeId = users.after(nodeId)) {
            main = main < 0 || samplesFrom[nodeId] > samplesFrom[main] ? nodeId : main;
        }
        return main;
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
