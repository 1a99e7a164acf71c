// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;

import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Tier;
import org.membalancer.core.topology.Topology;

/** Distances and room of one round, by node id in plain arrays. Room shrinks as moves are planned. */
final class NodeTable {
    private final double[][] distances;
    private final double[][] distancesTo;
    private final boolean[] exists;
    private final boolean[] hasCpus;
    private final boolean[] hasMemory;
    private final boolean[] isClosed;
    private final boolean[][] barred;
    private final int[] tiers;
    private boolean hasClosed;
    private final double[] weights;
    private int closedTier = Integer.MIN_VALUE;
    private final long[] totalBytes;
    private final long[] freeBytes;
    private final long[] reserveBytes;
    private final long[] processBytes;

    NodeTable(Topology topology, double minFreePercent) {
        this(topology, minFreePercent, TierRules.none());
    }

    /** With nodes of which some are in tiers: {@link #mayGo} keeps moves within a tier. */
    NodeTable(Topology topology, double minFreePercent, TierRules rules) {
        int limit = topology.nodeIdLimit();
        distances = new double[limit][limit];
        distancesTo = new double[limit][limit];
        exists = new boolean[limit];
        hasCpus = new boolean[limit];
        hasMemory = new boolean[limit];
        isClosed = new boolean[limit];
        barred = new boolean[limit][];
        tiers = new int[limit];
        weights = new double[limit];
        totalBytes = new long[limit];
        freeBytes = new long[limit];
        reserveBytes = new long[limit];
        processBytes = new long[limit];
        for (Node node : topology.nodes()) {
            int nodeId = node.nodeId();
            exists[nodeId] = true;
            hasCpus[nodeId] = node.hasCpus();
            hasMemory[nodeId] = node.hasMemory();
            tiers[nodeId] = rules.tierOf(nodeId);
            weights[nodeId] = topology.weights().weight(nodeId);
            totalBytes[nodeId] = node.totalBytes();
            freeBytes[nodeId] = node.freeBytes();
            processBytes[nodeId] = node.processBytes();
            reserveBytes[nodeId] = (long) Math.ceil(node.totalBytes() * minFreePercent / 100);
            for (Node to : topology.nodes()) {
                distances[nodeId][to.nodeId()] = topology.distance(nodeId, to.nodeId());
                distancesTo[to.nodeId()][nodeId] = distances[nodeId][to.nodeId()];
            }
        }
    }

    int limit() {
        return exists.length;
    }

    boolean exists(int nodeId) {
        return nodeId >= 0 && nodeId < exists.length && exists[nodeId];
    }

    /** By node id, whether there is such a node; do not change it. */
    boolean[] existing() {
        return exists;
    }

    boolean hasMemory(int nodeId) {
        return hasMemory[nodeId];
    }

    boolean hasRoom(int nodeId, long bytes) {
        return freeBytes[nodeId] - reserveBytes[nodeId] >= bytes;
    }

    /** Plans that so many bytes come to a node. */
    void take(int nodeId, long bytes) {
        freeBytes[nodeId] -= bytes;
    }

    /** Plans that so many bytes leave a node. */
    void give(int nodeId, long bytes) {
        freeBytes[nodeId] += bytes;
    }

    long totalBytes(int nodeId) {
        return totalBytes[nodeId];
    }

    long freeBytes(int nodeId) {
        return freeBytes[nodeId];
    }

    /** Memory of processes there when the round began. */
    long processBytes(int nodeId) {
        return processBytes[nodeId];
    }

    double distance(int fromNodeId, int toNodeId) {
        return distances[fromNodeId][toNodeId];
    }

    boolean hasCpus(int nodeId) {
        return hasCpus[nodeId];
    }

    /** How much a node should carry of what all use alike, next to the others. */
    double weight(int nodeId) {
        return weights[nodeId];
    }

    /** The position of a node's tier; the same for all nodes, where there are no tiers. */
    int tierOf(int nodeId) {
        return tiers[nodeId];
    }

    /** By node id, whether a node is of a tier. */
    boolean[] maskOf(Tier tier) {
        boolean[] mask = new boolean[exists.length];
        for (int nodeId : tier.nodeIds()) {
            if (exists(nodeId)) {
                mask[nodeId] = true;
            }
        }
        return mask;
    }

    boolean isSameTier(int nodeId, int otherNodeId) {
        return tiers[nodeId] == tiers[otherNodeId];
    }

    /** Lets nothing come to a node, because its memory answers late. */
    void close(int nodeId) {
        isClosed[nodeId] = true;
        hasClosed = true;
        Arrays.fill(barred, null);
    }

    /** Whether nothing may come to some node. */
    boolean hasClosed() {
        return hasClosed;
    }

    boolean isClosed(int nodeId) {
        return isClosed[nodeId];
    }

    /** Lets nothing come to the tier of a node from other tiers. */
    void closeTier(int nodeId) {
        closedTier = tiers[nodeId];
    }

    boolean isTierClosed(int nodeId) {
        return tiers[nodeId] == closedTier;
    }

    /** Marks the nodes that memory of a node may not go to for the sake of distance: other tiers, and closed ones. */
    void markBarred(int fromNodeId, boolean[] into) {
        if (fromNodeId < 0) {
            Arrays.fill(into, false);
            return;
        }
        if (barred[fromNodeId] == null) {
            barred[fromNodeId] = barredFrom(fromNodeId);
        }
        System.arraycopy(barred[fromNodeId], 0, into, 0, into.length);
    }

    /** Whether a node has memory and memory of another one may go there for the sake of distance; from below 0: from anywhere. */
    boolean mayCome(int nodeId, int fromNodeId) {
        return hasMemory[nodeId] && (fromNodeId < 0 || !isBarred(nodeId, fromNodeId));
    }

    private boolean isBarred(int nodeId, int fromNodeId) {
        return nodeId != fromNodeId && (isClosed[nodeId] || tiers[nodeId] != tiers[fromNodeId]);
    }

    private boolean[] barredFrom(int fromNodeId) {
        boolean[] mask = new boolean[exists.length];
        for (int nodeId = 0; nodeId < mask.length; nodeId++) {
            mask[nodeId] = isBarred(nodeId, fromNodeId);
        }
        return mask;
    }

    /**
     * Sums up, by node id, the distances of samples by the node that they come from. Rows of four nodes at a time, from which
     * the compiler makes vectors: one by one, beginning and ending a loop would take longer than what it does.
     */
    void sumDistances(NodeSet users, double[] samples, double[] into) {
        Arrays.fill(into, 0);
        int first = users.first();
        while (first >= 0) {
            int second = users.after(first);
            int third = second < 0 ? -1 : users.after(second);
            int fourth = third < 0 ? -1 : users.after(third);
            if (fourth < 0) {
                addDistances(first, samples, into);
                first = second;
            } else {
                addDistances(distances[first], samples[first], distances[second], samples[second], into);
                addDistances(distances[third], samples[third], distances[fourth], samples[fourth], into);
                first = users.after(fourth);
            }
        }
    }

    private static void addDistances(
            double[] row, double times, double[] otherRow, double otherTimes, double[] into) {
        for (int to = 0; to < into.length; to++) {
            into[to] = into[to] + times * row[to] + otherTimes * otherRow[to];
        }
    }

    private void addDistances(int fromNodeId, double[] samples, double[] into) {
        double[] row = distances[fromNodeId];
        double times = samples[fromNodeId];
        for (int to = 0; to < into.length; to++) {
            into[to] += times * row[to];
        }
    }

    /** The node with memory of least cost; among equals the lowest id. Nodes in {@code but} are passed over. */
    int cheapest(Belief belief, boolean[] but) {
        int best = -1;
        double bestCost = Double.POSITIVE_INFINITY;
        double[] costs = belief.costs();
        double scale = belief.scale();
        for (int nodeId = 0; nodeId < exists.length; nodeId++) {
            double cost = hasMemory[nodeId] && !but[nodeId] ? costs[nodeId] * scale : Double.POSITIVE_INFINITY;
            if (cost < bestCost) {
                best = nodeId;
                bestCost = cost;
            }
        }
        return best;
    }

    /**
     * By how much the mean distance of an access falls when memory goes from one node to another, at least.
     *
     * <p>One access gains a number between the least and the greatest that any CPU's node would gain; scaled to 0..1,
     * its mean has a Wilson bound. For two nodes that is exact; for more, it errs to the safe side.
     */
    double gainLowerBound(Belief belief, int fromNodeId, int toNodeId, double deviations) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double mean = 0;
        double[] toFrom = distancesTo[fromNodeId];
        double[] toTo = distancesTo[toNodeId];
        double[] shares = belief.shares();
        double scale = belief.scale();
        for (int nodeId = 0; nodeId < exists.length; nodeId++) {
            double gain = toFrom[nodeId] - toTo[nodeId];
            double ofNode = shares[nodeId] * scale;
            mean += ofNode * gain;
            if (hasCpus[nodeId] || ofNode > 0) {
                least = Math.min(least, gain);
                most = Math.max(most, gain);
            }
        }
        if (most <= least) {
            return mean;
        }
        double share = (mean - least) / (most - least);
        return least + Wilson.lowerBound(share, belief.samples(), deviations) * (most - least);
    }
}
