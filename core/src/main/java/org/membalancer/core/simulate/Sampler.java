// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** Draws samples from the true accesses at a steady rate. */
final class Sampler {

    /** Who gets the samples. */
    @FunctionalInterface
    interface Sink {
        /** One access to a page from the CPUs of a node. */
        void sample(int page, int cpuNodeId);
    }

    private final double samplesPerThreadAndStep;
    private final SplitMix random;
    private double owed;

    Sampler(double rateHz, long seed) {
        samplesPerThreadAndStep = rateHz * World.STEP_SECONDS;
        random = new SplitMix(seed);
    }

    /** The samples of one step of the phase that is on. */
    void sample(World world, Phase phase, Sink sink) {
        owed += samplesPerThreadAndStep * world.workload().threads();
        for (; owed >= 1; owed--) {
            Stream stream = draw(phase);
            sink.sample(stream.pages().draw(random), stream.cpuNodeId());
        }
    }

    private Stream draw(Phase phase) {
        double at = random.nextDouble() * phase.accessesPerSecond();
        for (Stream stream : phase.streams()) {
            at -= stream.accessesPerSecond();
            if (at < 0) {
                return stream;
            }
        }
        return phase.streams().get(phase.streams().size() - 1);
    }
}
