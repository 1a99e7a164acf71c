// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

/**
 * How much each node should carry of what all use alike, next to the others: a node of twice the bandwidth twice as much.
 * Immutable.
 */
public final class NodeWeights {
    private static final NodeWeights EVEN = new NodeWeights(new double[0]);

    private final double[] byNodeId;

    private NodeWeights(double[] byNodeId) {
        this.byNodeId = byNodeId;
    }

    /** All alike, as where nobody knows better. */
    public static NodeWeights even() {
        return EVEN;
    }

    /**
     * Weights in any unit.
     *
     * @param byNodeId one for each node id, above 0
     */
    public static NodeWeights of(double... byNodeId) {
        for (double weight : byNodeId) {
            if (!(weight > 0)) {
                throw new IllegalArgumentException("a weight must be above 0: weight=" + weight);
            }
        }
        return new NodeWeights(byNodeId.clone());
    }

    /** The weight of a node; 1 where it is not known. */
    public double weight(int nodeId) {
        return nodeId < byNodeId.length ? byNodeId[nodeId] : 1;
    }
}
