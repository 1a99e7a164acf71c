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
    private final double[] shares; // times the scale
    private final double[] costs; // times the scale
    private double scale;
    private double samples;
    private double expected;
    private BlockTally whole;
    private BlockTally part;
    private Belief prior;
    private boolean isSummed = true;

    /** Makes a belief which knows nothing. */
    Belief(NodeTable nodes) {
        this.nodes = nodes;
        shares = new double[nodes.limit()];
        costs = new double[nodes.limit()];
    }

    /** By node id, shares of all accesses, times what {@link #scale} divides by; do not change it. */
    double[] shares() {
        sum();
        return shares;
    }

    /** By node id, the mean distance of an access to memory there, the same way. */
    double[] costs() {
        sum();
        return costs;
    }

    double scale() {
        sum();
        return scale;
    }

    /** Mean distance of an access to memory on a node. */
    double cost(int nodeId) {
        sum();
        return costs[nodeId] * scale;
    }

    double samples() {
        sum();
        return samples;
    }

    /** Of neighbours: how many samples the part would have if it were as hot as they are; 0 where nothing is known. */
    double expected() {
        return expected;
    }

    /**
     * Becomes what {@code whole} without {@code part} says, on top of a prior; worth as much as a prior may be. A whole
     * without addresses says nothing of how hot its parts are. Summed up by node not before somebody asks for that: whole, part and prior must
     * not change until then.
     */
    void fromNeighbours(BlockTally whole, BlockTally part, Belief prior) {
        long otherBytes = whole.bytes() - part.bytes();
        expected = otherBytes > 0 ? Math.max(0, whole.samples() - part.samples()) * part.bytes() / otherBytes : 0;
        this.whole = whole;
        this.part = part;
        this.prior = prior;
        isSummed = false;
        if (whole.bytes() == 0) {
            sum(); // it may lack some of the part, and then no difference of sums tells how many samples are left
        }
    }

    /** Becomes what a block's own samples say, on top of a prior. */
    void fromOwn(BlockTally own, Belief on) {
        on.sum();
        isSummed = true;
        mix(own.samplesFrom(), on.shares, on.scale, on.samples, shares);
        mix(own.costs(nodes), on.costs, on.scale, on.samples, costs);
        settle();
    }

    /** Samples, but for rounding; without looking at every node. */
    double roughSamples() {
        return isSummed ? samples : Math.min(roughWeight(), MAX_PRIOR_SAMPLES);
    }

    /** A node's share, but for rounding; without looking at every node. */
    double roughShare(int nodeId) {
        if (isSummed) {
            return shares[nodeId] * scale;
        }
        double weight = roughWeight();
        double ofNode = whole.samplesFrom(nodeId) - part.samplesFrom(nodeId)
                + prior.roughShare(nodeId) * prior.roughSamples();
        return weight > 0 ? ofNode / weight : 0;
    }

    private double roughWeight() {
        return whole.samples() - part.samples() + prior.roughSamples();
    }

    private void sum() {
        if (isSummed) {
            return;
        }
        isSummed = true;
        prior.sum();
        mix(whole.samplesFrom(), part.samplesFrom(), prior.shares, prior.scale, prior.samples, shares);
        mix(whole.costs(nodes), part.costs(nodes), prior.costs, prior.scale, prior.samples, costs);
        settle();
        samples = Math.min(samples, MAX_PRIOR_SAMPLES);
    }

    private void settle() {
        samples = Sums.of(shares, 0, shares.length);
        scale = samples > 0 ? 1 / samples : 0;
    }

    /* Costs follow from shares, but sums of what others computed are much cheaper where there are many nodes. These loops
       are a good part of a plan's time on such machines: the compiler makes vectors of what has no calls and no choices. */
    private static void mix(double[] own, double[] prior, double priorScale, double times, double[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = own[i] + prior[i] * priorScale * times;
        }
    }

    private static void mix(
            double[] whole, double[] part, double[] prior, double priorScale, double times, double[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = Math.max(0, whole[i] - part[i]) + prior[i] * priorScale * times;
        }
    }
}
