// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.core.sample.Sample;

/**
 * Which node's memory each thread uses, from the recent accesses: where the source does not tell the node of a page,
 * the kernel is asked for it. What was seen halves with every {@value #HALF_LIFE_NS} ns. Owned by one thread.
 */
public final class ThreadMemory {
    /** The half-life of heat. */
    static final long HALF_LIFE_NS = 1L << 33;
    /* Below this a thread is forgotten. */
    private static final double LEAST_WEIGHT = 1.0 / 64;
    /* Pages that are asked for at once where several processes share a ring: more of them are asked for in turns. */
    private static final int MOST_FED = 4096;

    private final PageMover mover;
    private final int pid;
    private final RecentRing recent;
    private final boolean isFed;
    private final int nodeCount;
    private final double stallCycles;
    private final long pageMask;
    private final LongBuffer addresses;
    private final IntBuffer statuses;
    private final int[] tids;
    private final double[] weights;
    private final Map<Integer, double[]> byThread = new HashMap<>();
    private int waiting;
    private long foldedAtNs;
    private int errno;
    private long withoutNode;
    private long fed;

    /**
     * Prepares to look.
     *
     * @param mover asked for the nodes of pages
     * @param pid the process; 0 for the caller's own
     * @param recent its accesses
     * @param threads the thread table of the same group: how many nodes there are, and what a stall stands for
     * @param pageBytes a power of two
     */
    public ThreadMemory(PageMover mover, int pid, RecentRing recent, HeatTable threads, long pageBytes) {
        this(mover, pid, recent, threads, pageBytes, false);
    }

    /** For one of the processes of a ring that {@link SharedAccesses} reads. */
    static ThreadMemory fedFrom(RecentRing ring, PageMover mover, int pid, HeatTable threads, long pageBytes) {
        return new ThreadMemory(mover, pid, ring, threads, pageBytes, true);
    }

    private ThreadMemory(
            PageMover mover, int pid, RecentRing recent, HeatTable threads, long pageBytes, boolean isFed) {
        this.isFed = isFed;
        this.mover = mover;
        this.pid = pid;
        this.recent = recent;
        this.nodeCount = threads.nodeCount();
        this.stallCycles = threads.stallCycles();
        this.pageMask = -pageBytes;
        int capacity = isFed ? Math.min(MOST_FED, recent.slotCount()) : recent.slotCount();
        this.addresses = ByteBuffer.allocateDirect(capacity * Long.BYTES).order(ByteOrder.nativeOrder())
                .asLongBuffer();
        this.statuses = ByteBuffer.allocateDirect(capacity * Integer.BYTES).order(ByteOrder.nativeOrder())
                .asIntBuffer();
        this.tids = new int[capacity];
        this.weights = new double[capacity];
    }

    /** Takes in what came since the last time. */
    public void refresh(long nowNs) {
        fade(nowNs);
        if (!isFed) {
            recent.drainNow(this::take);
        }
        ask();
    }

    /** Gets ready for accesses of this instant. */
    void beginFeeding(long nowNs) {
        fade(nowNs);
    }

    /** Takes in one access; {@link #refresh} must follow before anything is asked. */
    void feed(Sample sample) {
        fed++;
        take(sample);
    }

    /** Weighted samples of a thread by the node that holds the memory, to {@code nodeCount}; zeros: none seen. */
    double[] of(int tid) {
        double[] sums = byThread.get(tid);
        return sums == null ? new double[nodeCount] : sums.clone();
    }

    /** Why the kernel did not tell where pages lie, the last time; 0: it did. */
    public int errno() {
        return errno;
    }

    /** What became of the accesses so far. */
    public ThreadSamples samples() {
        return new ThreadSamples(isFed ? fed : recent.read(), recent.lost(), withoutNode);
    }

    private void take(Sample sample) {
        if (sample.memoryNode() < nodeCount) {
            add(sample.tid(), sample.memoryNode(), weight(sample));
        } else if (sample.address() != 0) {
            if (waiting == tids.length) {
                ask();
            }
            addresses.put(waiting, sample.address() & pageMask);
            tids[waiting] = sample.tid();
            weights[waiting] = weight(sample);
            waiting++;
        } else {
            withoutNode++;
        }
    }

    /** Miss latency / outstanding misses where the source has them, else the counts that the access is worth. */
    private double weight(Sample sample) {
        return sample.latencyCycles() > 0
                ? sample.latencyCycles() / stallCycles / Math.max(1, sample.openMisses())
                : Math.max(1, sample.weight());
    }

    private void ask() {
        int result = waiting == 0 ? 0 : mover.move(pid, waiting, addresses, null, statuses);
        errno = Math.max(0, -result);
        for (int i = 0; i < waiting; i++) {
            int nodeId = result < 0 ? result : statuses.get(i);
            if (nodeId >= 0 && nodeId < nodeCount) {
                add(tids[i], nodeId, weights[i]);
            } else {
                withoutNode++;
            }
        }
        waiting = 0;
    }

    private void add(int tid, int nodeId, double weight) {
        byThread.computeIfAbsent(tid, t -> new double[nodeCount])[nodeId] += weight;
    }

    private void fade(long nowNs) {
        double kept = foldedAtNs == 0 ? 1 : Math.pow(0.5, (nowNs - foldedAtNs) / (double) HALF_LIFE_NS);
        foldedAtNs = nowNs;
        for (double[] sums : byThread.values()) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] *= kept;
            }
        }
        byThread.values().removeIf(sums -> Arrays.stream(sums).sum() < LEAST_WEIGHT);
    }
}
