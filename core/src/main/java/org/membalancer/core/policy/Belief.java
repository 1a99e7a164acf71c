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
    private double expected;

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

    /** Of neighbours: how many samples the part would have if it were as hot as they are; 0 where nothing is known. */
    double expected() {
        return expected;
    }

    /**
     * Becomes what {@code whole} without {@code part} says, on top of a prior; worth as much as a prior may be. A whole
     * without addresses says nothing of how hot its parts are.
     */
    void fromNeighbours(BlockTally whole, BlockTally part, Belief prior) {
        long otherBytes = whole.bytes() - part.bytes();
        expected = otherBytes > 0 ? Math.max(0, whole.samples() - part.samples()) * part.bytes() / otherBytes : 0;
        putDifference(whole.samplesFrom(), part.samplesFrom(), shares);
        putDifference(whole.costs(nodes), part.costs(nodes), costs);
        mixIn(prior);
        samples = Math.min(samples, MAX_PRIOR_SAMPLES);
    }

    /** Becomes what a block's own samples say, on top of a prior. */
    void fromOwn(BlockTally own, Belief prior) {
        System.arraycopy(own.samplesFrom(), 0, shares, 0, shares.length);
        System.arraycopy(own.costs(nodes), 0, costs, 0, costs.length);
        mixIn(prior);
    }

    /* Costs follow from shares, but sums of what others computed are much cheaper where there are many nodes. These loops
       are most of a plan's time on such machines: the compiler makes vectors of what has no calls and no choices in it. */
    private void mixIn(Belief prior) {
        add(prior.shares, prior.samples, shares);
        add(prior.costs, prior.samples, costs);
        double sum = Sums.of(shares, 0, shares.length);
        scale(shares, sum > 0 ? 1 / sum : 0);
        scale(costs, sum > 0 ? 1 / sum : 0);
        samples = sum;
    }

    private static void putDifference(double[] whole, double[] part, double[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = Math.max(0, whole[i] - part[i]);
        }
    }

    private static void add(double[] more, double times, double[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] += more[i] * times;
        }
    }

    private static void scale(double[] values, double by) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= by;
        }
    }
}
