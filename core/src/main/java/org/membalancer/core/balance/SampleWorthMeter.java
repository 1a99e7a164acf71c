// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.util.function.LongSupplier;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.policy.SampleWorth;

/**
 * Measures how much of a thread's time a sample of one process stands for: CPU time that passed over samples that were
 * recorded of it. A rate that was lowered, or samples that were lost or had no address, make each of those that there are
 * worth more.
 *
 * <p>Half of both is forgotten with every {@value #HALF_LIFE_NS} ns, as with heat, so that samples that a policy sees are
 * worth what they were worth on average when they were taken. Nothing is believed before {@value #MIN_SAMPLES} samples,
 * whose number chance makes wrong by a sixth, and {@value #MIN_CPU_NS} ns, of which the kernel's 10 ms are a small part;
 * until then, and when a process rests, what was believed last holds.
 *
 * <p>Two bounds: below {@value #LEAST_NS} ns a sample would stand for less than it costs to take a few of them; above
 * {@value #MOST_NS} ns sampling has all but stopped, and what is left says little of where a thread's time goes.
 *
 * <p>Where a tick may count both what a thread accessed and what it waited for, both are recorded, but policies count
 * the larger per page and node: how many recorded ones stand behind one of theirs is looked up in the heat.
 *
 * <p>Owned by one thread.
 */
public final class SampleWorthMeter {
    static final long HALF_LIFE_NS = 1L << 33;
    static final double LEAST_NS = 100_000;
    static final double MOST_NS = 50_000_000;
    static final int MIN_SAMPLES = 32;
    static final long MIN_CPU_NS = 250_000_000;

    private static final int PAGES_LOOKED_AT = 4096;

    private final CpuTime cpuTime;
    private final LongSupplier recorded;
    private boolean hasBegun;
    private long lastNs;
    private long lastCpuNs;
    private long lastRecorded;
    private double cpuNs;
    private double samples;
    private SampleWorth worth = SampleWorth.unknown();
    private int[] nodeIds = {};
    private float[] counts = {};

    /**
     * Prepares to measure.
     *
     * @param cpuTime of the process
     * @param recorded samples recorded of it alone so far; may begin anew, as after a reconnect
     */
    public SampleWorthMeter(CpuTime cpuTime, LongSupplier recorded) {
        this.cpuTime = cpuTime;
        this.recorded = recorded;
    }

    /**
     * Looks once; to be asked in every round.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param heat of the process
     * @return what a sample is worth; where the CPU time cannot be read, as before
     */
    public SampleWorth measure(long nowNs, HeatSnapshot heat) {
        try {
            note(nowNs, cpuTime.userNs(), recorded.getAsLong());
        } catch (IOException ended) { // whoever asks where its pages lie says so
            return worth;
        }
        if (samples >= MIN_SAMPLES && cpuNs >= MIN_CPU_NS) {
            double ns = cpuNs / samples * recordedPerSample(heat);
            worth = SampleWorth.measured(Math.max(LEAST_NS, Math.min(MOST_NS, ns)));
        }
        return worth;
    }

    private void note(long nowNs, long nowCpuNs, long nowRecorded) {
        if (hasBegun && nowRecorded >= lastRecorded && nowCpuNs >= lastCpuNs) {
            double kept = Math.pow(0.5, (double) Math.max(0, nowNs - lastNs) / HALF_LIFE_NS);
            cpuNs = cpuNs * kept + nowCpuNs - lastCpuNs;
            samples = samples * kept + nowRecorded - lastRecorded;
        }
        hasBegun = true;
        lastNs = nowNs;
        lastCpuNs = nowCpuNs;
        lastRecorded = nowRecorded;
    }

    /** Of recorded samples, how many stand behind one that policies count, 1 to 2. A part of the pages is enough to tell. */
    private double recordedPerSample(HeatSnapshot heat) {
        if (heat.weight() != HeatWeight.COUNTS) {
            return 1;
        }
        nodeIds = nodeIds.length < heat.nodeCount() ? new int[heat.nodeCount()] : nodeIds;
        counts = counts.length < heat.nodeCount() ? new float[heat.nodeCount()] : counts;
        double behind = 0;
        double counted = 0;
        for (int i = 0; i < heat.pageCount(); i += 1 + heat.pageCount() / PAGES_LOOKED_AT) {
            behind += heat.accesses(i) + heat.stalls(i);
            int nodes = heat.samples(i, nodeIds, counts);
            for (int n = 0; n < nodes; n++) {
                counted += counts[n];
            }
        }
        return counted > 0 ? behind / counted : 1;
    }
}
