// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * The ratio of two figures that were measured in turn, pair by pair, so that a drift of the machine hits both.
 *
 * @param ratio geometric mean of the pairs' ratios
 * @param low lower end of the 95 % confidence interval (Student's t on the logarithms)
 * @param high upper end
 * @param pairs how many pairs
 */
record PairedRatio(double ratio, double low, double high, int pairs) {

    private static final double CONFIDENCE = 0.95;

    /**
     * Computes the ratio of {@code numerators[i] / denominators[i]}.
     *
     * @throws IllegalArgumentException unless there are at least two pairs of positive numbers
     */
    static PairedRatio of(double[] numerators, double[] denominators) {
        if (numerators.length != denominators.length || numerators.length < 2) {
            throw new IllegalArgumentException("needs two pairs or more: " + numerators.length + " and "
                    + denominators.length);
        }
        SummaryStatistics logs = new SummaryStatistics();
        for (int i = 0; i < numerators.length; i++) {
            if (!(numerators[i] > 0) || !(denominators[i] > 0)) {
                throw new IllegalArgumentException(
                        "figures must be above 0: " + numerators[i] + " and " + denominators[i]);
            }
            logs.addValue(Math.log(numerators[i] / denominators[i]));
        }
        double quantile = new TDistribution(logs.getN() - 1.0)
                .inverseCumulativeProbability(1 - (1 - CONFIDENCE) / 2);
        double half = quantile * logs.getStandardDeviation() / Math.sqrt(logs.getN());
        return new PairedRatio(Math.exp(logs.getMean()), Math.exp(logs.getMean() - half),
                Math.exp(logs.getMean() + half), numerators.length);
    }

    @Override
    public String toString() {
        return String.format("%.3f (95 %% interval %.3f to %.3f, %d pairs)", ratio, low, high, pairs);
    }
}
