// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Locale;

/**
 * How much of a thread's time a sample stands for. Immutable.
 *
 * <p>A sample is what {@link org.membalancer.core.heat.HeatSnapshot#samples} counts. Of a thread's time a fifth is taken to
 * be waiting for memory, and to grow by 5 % with each unit of SLIT distance: where a sample stands for 1 ms, one unit
 * of its distance is worth 10 us.
 *
 * @param threadNs above 0
 * @param isMeasured whether it was measured; else it is what is assumed where nobody can tell
 */
public record SampleWorth(double threadNs, boolean isMeasured) {
    private static final double WAITING_SHARE = 1.0 / 5;
    private static final double SHARE_PER_DISTANCE = 1.0 / 20;
    private static final double DISTANCES_PER_THREAD = Math.rint(1 / (WAITING_SHARE * SHARE_PER_DISTANCE));
    private static final double MILLISECOND_NS = 1e6;
    private static final SampleWorth UNKNOWN = new SampleWorth(MILLISECOND_NS, false);

    /** Checks the limit. */
    public SampleWorth {
        if (!(threadNs > 0) || Double.isInfinite(threadNs)) {
            throw new IllegalArgumentException("threadNs must be above 0 and finite: threadNs=" + threadNs);
        }
    }

    /** What is assumed where nobody can tell: 1 ms, as at the usual rate of some 1000 samples a second and thread. */
    public static SampleWorth unknown() {
        return UNKNOWN;
    }

    /** What was measured. */
    public static SampleWorth measured(double threadNs) {
        return new SampleWorth(threadNs, true);
    }

    /** Thread time that one unit of distance less saves with each sample, in nanoseconds. */
    double nsPerDistance() {
        return threadNs / DISTANCES_PER_THREAD;
    }

    /** For people: {@code 7.30 ms of a thread, as measured}. */
    public String text() {
        return String.format(Locale.ROOT, "%.2f ms of a thread, %s", threadNs / MILLISECOND_NS,
                isMeasured ? "as measured" : "as assumed");
    }
}
