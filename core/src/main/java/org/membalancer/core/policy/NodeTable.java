// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Distances and room of one round, by node id in plain arrays. Room shrinks as moves are planned. */
final class NodeTable {
    private final double[][] distances;
    private final boolean[] exists;
    private final boolean[] hasCpus;
    private final boolean[] hasMemory;
    private final long[] roomBytes;

    NodeTable(Topology topology, double minFreePercent) {
        int limit = topology.nodeIdLimit();
        distances = new double[limit][limit];
        exists = new boolean[limit];
        hasCpus = new boolean[limit];
        hasMemory = new boolean[limit];
        roomBytes = new long[limit];
        for (Node node : topology.nodes()) {
            int nodeId = node.nodeId();
            exists[nodeId] = true;
            hasCpus[nodeId] = node.hasCpus();
            hasMemory[nodeId] = node.hasMemory();
            roomBytes[nodeId] = node.freeBytes() - (long) Math.ceil(node.totalBytes() * minFreePercent / 100);
            for (Node to : topology.nodes()) {
                distances[nodeId][to.nodeId()] = topology.distance(nodeId, to.nodeId());
            }
        }
    }

    int limit() {
        return exists.length;
    }

    boolean exists(int nodeId) {
        return nodeId >= 0 && nodeId < exists.length && exists[nodeId];
    }

    boolean hasMemory(int nodeId) {
        return hasMemory[nodeId];
    }

    boolean hasRoom(int nodeId, long bytes) {
        return roomBytes[nodeId] >= bytes;
    }

    void take(int nodeId, long bytes) {
        roomBytes[nodeId] -= bytes;
    }

    /** Mean distance of an access to memory on a node. */
    double cost(Belief belief, int nodeId) {
        double cost = 0;
        for (int from = 0; from < exists.length; from++) {
            cost += belief.share(from) * distances[from][nodeId];
        }
        return cost;
    }

    /** The node with memory of least cost; among equals the lowest id. Nodes in {@code but} are passed over. */
    int cheapest(Belief belief, boolean[] but) {
        int best = -1;
        double bestCost = Double.POSITIVE_INFINITY;
        for (int nodeId = 0; nodeId < exists.length; nodeId++) {
            double cost = hasMemory[nodeId] && !but[nodeId] ? cost(belief, nodeId) : Double.POSITIVE_INFINITY;
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
        for (int nodeId = 0; nodeId < exists.length; nodeId++) {
            double gain = distances[nodeId][fromNodeId] - distances[nodeId][toNodeId];
            mean += belief.share(nodeId) * gain;
            if (hasCpus[nodeId] || belief.share(nodeId) > 0) {
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
