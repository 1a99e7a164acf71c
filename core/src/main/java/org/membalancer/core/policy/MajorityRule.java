// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;

/**
 * From which share of a node on, among those whose samples a block has, memory is at its best where it lies, whatever the rest of the
 * samples: the distances alone tell. Most blocks are dismissed by it, in a time that does not grow with the number of nodes.
 *
 * <p>Memory at p should stay if no other node n of its tier costs less than the part k of what p costs. Each sample from node t
 * adds d(t, n) - k d(t, p) to the difference, and each from any other node v takes k d(v, p) - d(v, n) away at most. Be L the largest ratio
 * of what is taken away to what is added, of all n. Where t has more than L times the samples of all others together, p is the
 * place. Shares must be above that by more than rounding, so that it never says what sums would not.
 *
 * <p>Good for one round in which no node is closed; owned by one thread.
 */
final class MajorityRule {
    private static final double ROUNDING = 1e-6;
    private static final double NEVER = Double.POSITIVE_INFINITY;

    private final NodeTable nodes;
    private final double keptCost;
    private final double[][] mostSaved;
    private final double[][] shares;

    /**
     * Makes a rule for these nodes.
     *
     * @param keptCost the part of the cost below which another node is better; 1: any cheaper node is
     */
    MajorityRule(NodeTable nodes, double keptCost) {
        this.nodes = nodes;
        this.keptCost = keptCost;
        this.mostSaved = new double[nodes.limit()][];
        this.shares = new double[nodes.limit()][];
    }

    /** The share of one user above which a place is the best one of its tier; above 1: no share is enough. */
    double enough(int placeNodeId, int userNodeId) {
        if (shares[placeNodeId] == null) {
            mostSaved[placeNodeId] = mostSaved(placeNodeId);
            shares[placeNodeId] = new double[nodes.limit()];
            Arrays.fill(shares[placeNodeId], Double.NaN);
        }
        double[] row = shares[placeNodeId];
        if (Double.isNaN(row[userNodeId])) {
            row[userNodeId] = enoughOf(placeNodeId, userNodeId);
        }
        return row[userNodeId];
    }

    private double enoughOf(int place, int user) {
        double most = 0;
        for (int nodeId = 0; nodeId < nodes.limit(); nodeId++) {
            if (nodeId != place && nodes.mayCome(nodeId, place)) {
                double dearer = nodes.distance(user, nodeId) - keptCost * nodes.distance(user, place);
                if (dearer <= 0) {
                    return NEVER;
                }
                most = Math.max(most, mostSaved[place][nodeId] / dearer);
            }
        }
        return most / (1 + most) + ROUNDING;
    }

    /** By node id, the most that one sample from any node saves there. */
    private double[] mostSaved(int place) {
        double[] most = new double[nodes.limit()];
        for (int user = 0; user < most.length; user++) {
            for (int to = 0; nodes.exists(user) && to < most.length; to++) {
                most[to] = Math.max(most[to], keptCost * nodes.distance(user, place) - nodes.distance(user, to));
            }
        }
        return most;
    }
}
