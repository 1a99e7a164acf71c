// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import org.membalancer.jni.HelperStatus;

/**
 * One running workload in three states that alternate many times: left alone, interrupted by a timer of the same rate
 * with no program on it, and sampled. A block has each state twice, in an order and in its reverse, so that a drift
 * within the block cancels; each block yields one ratio of any two states. Blocks go on until the interval is narrow or
 * the time is up. One thread owns it.
 */
final class SlowdownRun {
    static final int IDLE = 0;
    static final int TICKS = 1;
    static final int SAMPLED = 2;

    private static final int[][] ORDERS = {{IDLE, TICKS, SAMPLED}, {SAMPLED, IDLE, TICKS}, {TICKS, SAMPLED, IDLE}};
    private static final double NARROW = 0.002;
    private static final long MAX_NS = 80_000_000_000L;
    private static final int MAX_BLOCKS = 1000;
    private static final long WARM_UP_CPU_NS = 2_000_000_000L;
    private static final long SETTLE_CPU_NS = 10_000_000L;
    private static final long WINDOW_CPU_NS = 60_000_000L;

    private final Workload workload;
    private final TimerTicks ticks;
    private final SamplingSwitch sampling;
    /** Sums of the logarithms of speed, by state and block. */
    private final double[][] logSpeeds = new double[ORDERS.length][MAX_BLOCKS];
    private int blocks;
    private int sampledWindows;
    private int loweredWindows;
    private long recorded;
    private long bpfNs;
    private long sampledCpuNs;

    SlowdownRun(Workload workload, TimerTicks ticks, SamplingSwitch sampling) {
        this.workload = workload;
        this.ticks = ticks;
        this.sampling = sampling;
    }

    void measure() throws IOException, InterruptedException {
        workload.run(WARM_UP_CPU_NS);
        long startNs = System.nanoTime();
        while (blocks < PairedRatio.MIN_PAIRS
                || blocks < MAX_BLOCKS && System.nanoTime() - startNs < MAX_NS && !isNarrow()) {
            int[] order = ORDERS[blocks % ORDERS.length];
            for (int i = 0; i < order.length; i++) {
                addWindow(order[i]);
            }
            for (int i = order.length - 1; i >= 0; i--) {
                addWindow(order[i]);
            }
            blocks++;
        }
        if (recorded == 0) {
            throw new IOException("the helper recorded no sample of the workload in " + sampledWindows + " windows");
        }
    }

    /** Speed in one state over that in another. */
    PairedRatio ratio(int state, int otherState) {
        double[] logs = new double[blocks];
        for (int i = 0; i < blocks; i++) {
            logs[i] = (logSpeeds[state][i] - logSpeeds[otherState][i]) / 2; // two windows each
        }
        return PairedRatio.ofLogs(logs);
    }

    private boolean isNarrow() {
        return ratio(SAMPLED, IDLE).halfWidth() <= NARROW;
    }

    private void addWindow(int state) throws IOException, InterruptedException {
        ticks.turn(state == TICKS);
        sampling.turn(state == SAMPLED);
        workload.run(SETTLE_CPU_NS);
        WorkDone done = state == SAMPLED ? sampledWindow() : workload.run(WINDOW_CPU_NS);
        logSpeeds[state][blocks] += done.logSpeed();
    }

    private WorkDone sampledWindow() throws IOException, InterruptedException {
        HelperStatus before = sampling.status();
        WorkDone done = workload.run(WINDOW_CPU_NS);
        HelperStatus after = sampling.status();
        sampledWindows++;
        loweredWindows += after.rateHz() < after.rateAskedHz() ? 1 : 0;
        recorded += after.counters().get("recorded") - before.counters().get("recorded");
        bpfNs += after.runTimeNs() - before.runTimeNs();
        sampledCpuNs += done.cpuNs();
        return done;
    }

    /** The helper's own count of time in BPF. On all CPUs, what ran beside the workload included: too much, if anything. */
    double bpfShare() {
        return (double) bpfNs / sampledCpuNs;
    }

    int sampledWindows() {
        return sampledWindows;
    }

    int loweredWindows() {
        return loweredWindows;
    }
}
