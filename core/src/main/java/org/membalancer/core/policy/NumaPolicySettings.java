// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * What the NUMA policy weighs. Start from {@link #defaults()} and change what you need by the {@code with} methods.
 *
 * @param minSamples decayed samples that a block must have of its own, above 0
 * @param confidence how sure to be, in standard deviations of the one-sided bound, above 0
 * @param minGainShare least fall of the mean distance, lower bound, as a share of the distance now; 0 to 1
 * @param minFreePercent of each node's memory that moves must leave free; 0 to 100
 * @param budgetBytes most that one plan may move, above 0; one block is planned even if it is larger, because else it
 *     would wait for ever
 * @param horizonNs how long a block is expected to stay as hot as it is, above 0
 * @param minBenefitPerCost how many times over a move must gain what it costs; 0 or more
 * @param holdNs how long a block is left alone after a move, above 0
 * @param maxHoldNs the longest that hold may grow to by moves back and forth, {@code holdNs} or more
 */
public record NumaPolicySettings(
        double minSamples, double confidence, double minGainShare, double minFreePercent, long budgetBytes,
        long horizonNs, double minBenefitPerCost, long holdNs, long maxHoldNs) {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final NumaPolicySettings DEFAULTS = new NumaPolicySettings(
            4, 3, 0.1, 10, 256L << 20, 30 * SECOND_NS, 2, 10 * SECOND_NS, 640 * SECOND_NS);

    /** Checks every limit. */
    public NumaPolicySettings {
        require(minSamples > 0, "minSamples must be above 0", minSamples);
        require(confidence > 0, "confidence must be above 0", confidence);
        require(minGainShare >= 0 && minGainShare <= 1, "minGainShare must be 0..1", minGainShare);
        require(minFreePercent >= 0 && minFreePercent <= 100, "minFreePercent must be 0..100", minFreePercent);
        require(budgetBytes > 0, "budgetBytes must be above 0", budgetBytes);
        require(horizonNs > 0, "horizonNs must be above 0", horizonNs);
        require(minBenefitPerCost >= 0, "minBenefitPerCost must be 0 or more", minBenefitPerCost);
        require(holdNs > 0, "holdNs must be above 0", holdNs);
        require(maxHoldNs >= holdNs, "maxHoldNs must be holdNs or more", maxHoldNs);
    }

    /**
     * Settings that move nothing in simulated processes whose nodes use memory alike, and a hot set of 16 to 64 MiB
     * within seconds at some 100 to 1000 samples a second.
     */
    public static NumaPolicySettings defaults() {
        return DEFAULTS;
    }

    /** With another share of each node's memory to leave free. */
    public NumaPolicySettings withMinFreePercent(double percent) {
        return new NumaPolicySettings(minSamples, confidence, minGainShare, percent, budgetBytes, horizonNs,
                minBenefitPerCost, holdNs, maxHoldNs);
    }

    /** With another limit on one plan. */
    public NumaPolicySettings withBudgetBytes(long bytes) {
        return new NumaPolicySettings(minSamples, confidence, minGainShare, minFreePercent, bytes, horizonNs,
                minBenefitPerCost, holdNs, maxHoldNs);
    }

    /** With another hold after a move; the longest hold becomes 64 times that. */
    public NumaPolicySettings withHoldNs(long ns) {
        return new NumaPolicySettings(minSamples, confidence, minGainShare, minFreePercent, budgetBytes, horizonNs,
                minBenefitPerCost, ns, Math.multiplyExact(ns, 64L));
    }

    /** With another number of samples that a block needs. */
    public NumaPolicySettings withMinSamples(double samples) {
        return new NumaPolicySettings(samples, confidence, minGainShare, minFreePercent, budgetBytes, horizonNs,
                minBenefitPerCost, holdNs, maxHoldNs);
    }

    /** With another least gain. */
    public NumaPolicySettings withMinGainShare(double share) {
        return new NumaPolicySettings(minSamples, confidence, share, minFreePercent, budgetBytes, horizonNs,
                minBenefitPerCost, holdNs, maxHoldNs);
    }

    private static void require(boolean isRight, String rule, double value) {
        if (!isRight) {
            throw new IllegalArgumentException(rule + ": " + rule.substring(0, rule.indexOf(' ')) + "=" + value);
        }
    }
}
