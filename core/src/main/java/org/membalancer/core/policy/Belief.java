// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * From which nodes accesses come: shares that sum to 1, and how many samples they are worth.
 *
 * <p>What is known about a block is its own samples and, with a bounded weight, its neighbours' (empirical Bayes).
 * Where the neighbours agree, a handful of samples is enough to move a block along with them. Where they do not, the
 * same handful is a coin that fell on one side four times, which among thousands of blocks happens every second.
 */
final class Belief {
    /** The most samples that neighbours count for. */
    static final double MAX_PRIOR_SAMPLES = 16;

    private final NodeTable nodes;
    private final double[] shares;
    private final double[] costs;
    private double samples;

    /** Makes a belief which knows nothing. */
    Belief(NodeTable nodes) {
        this.nodes = nodes;
        shares = new double[nodes.limit()];
        costs = new double[nodes.limit()];
    }

    double share(int nodeId) {
        return shares[nodeId];
    }

    /** Mean distance of an access to memory on a node. */
    double cost(int nodeId) {
        return costs[nodeId];
    }

    double samples() {
        return samples;
    }

    /** Becomes what {@code whole} without {@code part} says, on top of a prior; worth as much as a prior may be. */
    void fromNeighbours(BlockTally whole, BlockTally part, Belief prior) {
        mix(whole, part, prior);
        samples = Math.min(samples, MAX_PRIOR_SAMPLES);
    }

    /** Becomes what a block's own samples say, on top of a prior. */
    void fromOwn(BlockTally own, Belief prior) {
        mix(own, null, prior);
    }

    /* Costs follow from shares, but sums of what others computed are much cheaper where there are many nodes. */
    private void mix(BlockTally whole, BlockTally part, Belief prior) {
        double[] wholeCosts = whole.costs(nodes);
        double[] partCosts = part == null ? null : part.costs(nodes);
        double sum = 0;
        for (int nodeId = 0; nodeId < shares.length; nodeId++) {
            double seen = whole.samplesFrom(nodeId) - (part == null ? 0 : part.samplesFrom(nodeId));
            shares[nodeId] = Math.max(0, seen) + prior.share(nodeId) * prior.samples();
            costs[nodeId] = Math.max(0, wholeCosts[nodeId] - (part == null ? 0 : partCosts[nodeId]))
                    + prior.cost(nodeId) * prior.samples();
            sum += shares[nodeId];
        }
        double scale = sum > 0 ? 1 / sum : 0;
        for (int nodeId = 0; nodeId < shares.length; nodeId++) {
            shares[nodeId] *= scale;
            costs[nodeId] *= scale;
        }
        samples = sum;
    }
}
