// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import org.membalancer.core.policy.SampleWorth;

/**
 * What all contenders of a comparison have in common.
 *
 * @param seed of all that is drawn
 * @param sampleRateHz samples per second and thread of policies that sample, above 0
 * @param moveBytesPerSecond most that policies with an executor move, on average, above 0
 */
public record SimulationSettings(long seed, double sampleRateHz, long moveBytesPerSecond) {
    private static final double SECOND_NS = 1e9;
    private static final SimulationSettings DEFAULTS = new SimulationSettings(1, 997, 256L << 20);

    /** Checks the limits. */
    public SimulationSettings {
        if (!(sampleRateHz > 0) || moveBytesPerSecond <= 0) {
            throw new IllegalArgumentException("sampleRateHz and moveBytesPerSecond must be above 0: sampleRateHz="
                    + sampleRateHz + " moveBytesPerSecond=" + moveBytesPerSecond);
        }
    }

    /** The defaults of helper and agent. */
    public static SimulationSettings defaults() {
        return DEFAULTS;
    }

    /**
     * What a sample is worth at this rate: the time between two samples of a thread, which never rests here. The usual rate's
     * is the assumed one, from which it differs by less than a measurement errs.
     */
    SampleWorth sampleWorth() {
        return sampleRateHz == DEFAULTS.sampleRateHz ? SampleWorth.unknown() : SampleWorth.measured(SECOND_NS / sampleRateHz);
    }

    /** With another seed. */
    public SimulationSettings withSeed(long other) {
        return new SimulationSettings(other, sampleRateHz, moveBytesPerSecond);
    }

    /** With another sampling rate. */
    public SimulationSettings withSampleRateHz(double rateHz) {
        return new SimulationSettings(seed, rateHz, moveBytesPerSecond);
    }
}
