// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** Draws samples from the true accesses at a steady rate. */
final class Sampler {

    /** Who gets the samples. */
    @FunctionalInterface
    interface Sink {
        /** One access of a stream to a page. */
        void sample(int page, Stream stream);
    }

    private final double samplesPerThreadAndStep;
    private final SplitMix random;
    private double owed;

    Sampler(double rateHz, long seed) {
        samplesPerThreadAndStep = rateHz * World.STEP_SECONDS;
        random = new SplitMix(seed);
    }

    /** The samples of one step of the phase that is on; none while nothing is accessed. */
    void sample(World world, Phase phase, Sink sink) {
        if (phase.streams().isEmpty()) {
            return;
        }
        double accessesPerSecond = phase.accessesPerSecond();
        owed += samplesPerThreadAndStep * world.workload().threads();
        for (; owed >= 1; owed--) {
            Stream stream = draw(phase, random.nextDouble() * accessesPerSecond);
            sink.sample(stream.pages().draw(random), stream);
        }
    }

    private static Stream draw(Phase phase, double perSecond) {
        double at = perSecond;
        for (Stream stream : phase.streams()) {
            at -= stream.accessesPerSecond();
            if (at < 0) {
                return stream;
            }
        }
        return phase.streams().get(phase.streams().size() - 1);
    }
}
