// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** The Wilson score interval: how low the true share may be, given the one seen. */
public final class Wilson {
    private Wilson() {
    }

    /**
     * The lower bound of a share.
     *
     * @param share seen, 0 to 1
     * @param samples it rests on, 0 or more, not necessarily whole
     * @param deviations how sure to be, in standard deviations
     * @return 0 to {@code share}; 0 without samples
     */
    public static double lowerBound(double share, double samples, double deviations) {
        if (samples <= 0) {
            return 0;
        }
        double square = deviations * deviations / samples;
        double centre = share + square / 2;
        double margin = Math.sqrt(square * (share * (1 - share) + square / 4));
        return Math.max(0, (centre - margin) / (1 + square));
    }
}
