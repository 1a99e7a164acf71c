// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.heat.PageHeat;

/**
 * Counts samples per page and node as the kernel's heat table does: halved once per epoch, rounded at random so that
 * the mean is right. Unlike the real table it has a slot for every page.
 */
final class HeatRecorder {
    static final int EPOCH_SHIFT = 33;
    static final int PAGE_SHIFT = 12;

    private static final int[] NO_STALLS = {};
    private static final int STALL_CYCLES = 256;
    private static final int NEWEST_SHARE_SHIFT = 2;
    private static final int MAX_AGE = 30;
    private static final int MAX_COUNT = 0xffff;

    private final int nodeIdLimit;
    private final int[] counts; // of a page side by side, by node; so are stalls
    private final int[] epochs;
    private final long[] seen; // a bit for each page
    private final int[] stalls;
    private final int[] latencies;
    private final boolean knowsLatency;
    private final SplitMix random;
    private int epoch;

    HeatRecorder(int pages, int nodeIdLimit, long seed) {
        this(pages, nodeIdLimit, seed, false);
    }

    /** For a source that knows latency, or one that does not. */
    HeatRecorder(int pages, int nodeIdLimit, long seed, boolean knowsLatency) {
        this.knowsLatency = knowsLatency;
        this.nodeIdLimit = nodeIdLimit;
        int ofAllPages = Math.multiplyExact(pages, nodeIdLimit);
        stalls = new int[knowsLatency ? ofAllPages : 0];
        latencies = new int[knowsLatency ? pages : 0];
        counts = new int[ofAllPages];
        epochs = new int[pages];
        seen = new long[(pages + Long.SIZE - 1) / Long.SIZE];
        random = new SplitMix(seed);
    }

    /** Tells the time of the samples that follow. */
    void now(long nowNs) {
        epoch = (int) (nowNs >>> EPOCH_SHIFT);
    }

    /** Counts one sample. */
    void record(int page, int cpuNodeId) {
        int age = Math.min(MAX_AGE, epoch - epochs[page]);
        age(counts, page, age);
        if (knowsLatency) {
            age(stalls, page, age);
        }
        epochs[page] = epoch;
        seen[page / Long.SIZE] |= 1L << page;
        int at = page * nodeIdLimit + cpuNodeId;
        counts[at] = Math.min(MAX_COUNT, counts[at] + 1);
    }

    /** Counts one sample with its miss latency and the misses outstanding at the same time. */
    void record(int page, int cpuNodeId, double latencyCycles, double openMisses) {
        record(page, cpuNodeId);
        double counted = latencyCycles / Math.max(1, openMisses) / STALL_CYCLES + random.nextDouble();
        int at = page * nodeIdLimit + cpuNodeId;
        stalls[at] = Math.min(MAX_COUNT, stalls[at] + (int) counted);
        int latency = (int) Math.min(MAX_COUNT, latencyCycles);
        latencies[page] += latencies[page] == 0 ? latency : latency - latencies[page] >> NEWEST_SHARE_SHIFT;
    }

    private void age(int[] of, int page, int age) {
        int end = (page + 1) * nodeIdLimit;
        for (int at = page * nodeIdLimit; age > 0 && at < end; at++) {
            int rest = of[at] & (1 << age) - 1;
            of[at] = (of[at] >>> age) + (random.nextInt(1 << age) < rest ? 1 : 0);
        }
    }

    /** Copies what is warm, in order of addresses; the first page has the number given. */
    void copyTo(HeatSnapshot heat, long nowNs, long firstPageNumber) {
        now(nowNs);
        heat.begin(nowNs, PAGE_SHIFT, EPOCH_SHIFT);
        if (knowsLatency) {
            heat.weighBy(HeatWeight.MISS_LATENCY, STALL_CYCLES);
        }
        int[] ofPage = new int[nodeIdLimit];
        int[] stallsOfPage = knowsLatency ? new int[nodeIdLimit] : NO_STALLS;
        for (int word = 0; word < seen.length; word++) {
            for (long left = seen[word]; left != 0; left &= left - 1) {
                int page = word * Long.SIZE + Long.numberOfTrailingZeros(left);
                System.arraycopy(counts, page * nodeIdLimit, ofPage, 0, nodeIdLimit);
                System.arraycopy(stalls, knowsLatency ? page * nodeIdLimit : 0, stallsOfPage, 0, stallsOfPage.length);
                heat.add(new PageHeat(firstPageNumber + page, epoch - epochs[page], ofPage, stallsOfPage,
                        knowsLatency ? latencies[page] : 0, 0, 0));
            }
        }
        heat.sortByAddress();
    }
}
