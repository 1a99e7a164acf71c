// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * What a sample is worth on average over as long as {@link HeatHistory} remembers: samples that were taken while they came
 * often stand for less each, also after they have become rare. How many come in a while is what is averaged, which is the
 * inverse of what each is worth. Owned by one thread.
 */
final class LongWorth {
    private static final double HALF_LIFE_NS = HeatHistory.HALF_LIFE_SECONDS * 1e9;

    private SampleWorth told = SampleWorth.unknown();
    private double perNs;
    private long lastNs;

    /** Tells what a sample is worth now; holds until told anew. */
    void tell(SampleWorth now) {
        told = now;
    }

    /** Notes that a round looks at samples up to now; what was told first is taken to have been so before. */
    void note(long nowNs) {
        double kept = perNs == 0 ? 0 : Math.pow(0.5, Math.max(0, nowNs - lastNs) / HALF_LIFE_NS);
        perNs = perNs * kept + (1 - kept) / told.threadNs();
        lastNs = nowNs;
    }

    /** Thread time that one unit of distance less saves with each sample, in nanoseconds; after {@link #note}. */
    double nsPerDistance() {
        return SampleWorth.measured(1 / perNs).nsPerDistance();
    }
}
