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

    private final double[] shares;
    private double samples;

    /** Makes a belief for node ids below the limit, which knows nothing. */
    Belief(int nodeIdLimit) {
        shares = new double[nodeIdLimit];
    }

    double share(int nodeId) {
        return shares[nodeId];
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

    private void mix(BlockTally whole, BlockTally part, Belief prior) {
        double sum = 0;
        for (int nodeId = 0; nodeId < shares.length; nodeId++) {
            double seen = whole.samplesFrom(nodeId) - (part == null ? 0 : part.samplesFrom(nodeId));
            shares[nodeId] = Math.max(0, seen) + prior.share(nodeId) * prior.samples();
            sum += shares[nodeId];
        }
        for (int nodeId = 0; sum > 0 && nodeId < shares.length; nodeId++) {
            shares[nodeId] /= sum;
        }
        samples = sum;
    }
}
