// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * The ratio of two figures that were measured in turn, pair by pair, so that a drift of the machine hits both.
 *
 * <p>Hodges and Lehmann's estimate on the logarithms: the median of the means of any two pairs (a pair with itself
 * included). Where noise is symmetric it says the same as the geometric mean, and nearly as exactly; and a few pairs in
 * which somebody else had the machine do not move it. The interval is that of Wilcoxon's signed ranks.
 *
 * @param ratio the estimate
 * @param low lower end of the 95 % confidence interval
 * @param high upper end
 * @param pairs how many pairs
 */
record PairedRatio(double ratio, double low, double high, int pairs) {
    /** Below it no interval of ranks reaches 95 %. */
    static final int MIN_PAIRS = 6;

    private static final double TAIL = 0.025;
    private static final double TAIL_QUANTILE = 1.959963984540054;
    private static final int MAX_EXACT_PAIRS = 60;

    /**
     * Computes the ratio of {@code numerators[i] / denominators[i]}.
     *
     * @throws IllegalArgumentException unless they are at least {@link #MIN_PAIRS} pairs of positive numbers
     */
    static PairedRatio of(double[] numerators, double[] denominators) {
        if (numerators.length != denominators.length) {
            throw new IllegalArgumentException("needs pairs: " + numerators.length + " and " + denominators.length);
        }
        double[] logs = new double[numerators.length];
        for (int i = 0; i < logs.length; i++) {
            if (!(numerators[i] > 0) || !(denominators[i] > 0)) {
                throw new IllegalArgumentException(
                        "figures must be above 0: " + numerators[i] + " and " + denominators[i]);
            }
            logs[i] = Math.log(numerators[i] / denominators[i]);
        }
        return ofLogs(logs);
    }

    /** The same of the logarithms of ratios; at least {@link #MIN_PAIRS}. */
    static PairedRatio ofLogs(double[] logs) {
        if (logs.length < MIN_PAIRS) {
            throw new IllegalArgumentException("needs " + MIN_PAIRS + " pairs or more: " + logs.length);
        }
        double[] means = means(logs);
        int cut = cut(logs.length);
        int middle = means.length / 2;
        double median = means.length % 2 == 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2;
        return new PairedRatio(Math.exp(median), Math.exp(means[cut]), Math.exp(means[means.length - 1 - cut]),
                logs.length);
    }

    /** Half of the interval, as a share of the ratio. */
    double halfWidth() {
        return (high - low) / 2 / ratio;
    }

    /** The means of any two, ascending. */
    private static double[] means(double[] values) {
        double[] means = new double[values.length * (values.length + 1) / 2];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            for (int j = i; j < values.length; j++) {
                means[count++] = (values[i] + values[j]) / 2;
            }
        }
        Arrays.sort(means);
        return means;
    }

    /** How many of the sorted means lie outside of the interval, at either end. */
    private static int cut(int pairs) {
        if (pairs <= MAX_EXACT_PAIRS) {
            return exactCut(pairs);
        }
        double count = pairs;
        double mean = count * (count + 1) / 4;
        double deviation = Math.sqrt(count * (count + 1) * (2 * count + 1) / 24);
        return (int) Math.floor(mean - TAIL_QUANTILE * deviation);
    }

    /** The largest cut for which a sum of signed ranks that small has a probability of at most {@link #TAIL}. */
    private static int exactCut(int pairs) {
        int maxSum = pairs * (pairs + 1) / 2;
        double[] probabilities = new double[maxSum + 1]; // of a sum of the ranks that are positive
        probabilities[0] = 1;
        for (int rank = 1; rank <= pairs; rank++) {
            for (int sum = maxSum; sum >= 0; sum--) {
                probabilities[sum] = (probabilities[sum] + (sum >= rank ? probabilities[sum - rank] : 0)) / 2;
            }
        }
        double tail = 0;
        int sum = 0;
        while (tail + probabilities[sum] <= TAIL) {
            tail += probabilities[sum++];
        }
        return sum - 1;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f (95 %% interval %.4f to %.4f, %d pairs)", ratio, low, high, pairs);
    }
}
