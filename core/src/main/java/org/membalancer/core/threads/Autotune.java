// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.policy.MoveCosts;
import org.membalancer.core.residency.Residency;

/**
 * Chooses, for the threads that could move, between moving them and moving their memory, by cost; and tells when memory
 * may move at all. Owned by one thread.
 *
 * <p>Threads go first: as long as some move, memory waits, and for two half-lives of heat afterwards, because until then
 * the heat says where the threads were. What no thread can fix (its node is busy, its owner's affinity excludes it, its
 * memory is on no one node) is left to the memory's policy, which interleaves, moves or does nothing. When that moves
 * memory, threads are judged anew with what follows, so that a choice can be taken back.
 *
 * <p>A thread that the scheduler sent to another node for a moment seems to use its memory from both, and of one that
 * has just begun the heat knows no memory yet. Where all memory known would be cheaper to move, but is not used from the
 * thread's node mostly, the thread waits for two half-lives of heat at most: when its memory is shared for longer, or
 * when it wanders for longer, it is moved.
 */
public final class Autotune {
    /** Refilling a processor's caches from memory: 32 MiB at 10 GB/s. */
    static final double THREAD_MOVE_NS = 3_300_000;

    private static final long SETTLE_NS = 2 * ThreadMemory.HALF_LIFE_NS;
    private static final int BLOCK_SHIFT = 16;
    private static final double MOSTLY = 2.0 / 3;
    private static final double PAGE_BYTES = 4096;
    /* Threads need samples before they can be judged, and CPUs two readings. */
    private static final int FIRST_ROUNDS = 5;

    private final Map<Integer, Wait> waits = new HashMap<>();
    private long settledAtNs = Long.MIN_VALUE;
    private int rounds;

    /**
     * Takes those moves out of a plan whose threads' memory is cheaper to move, or may be once it is clear from where it
     * is used.
     *
     * @param plan for the threads
     * @param heat sorted by address
     * @param residency of the same snapshot
     * @param costs of moving memory
     */
    public ThreadPlan choose(ThreadPlan plan, HeatSnapshot heat, Residency residency, MoveCosts costs) {
        Map<Long, Integer> threadsByWay = new HashMap<>();
        plan.moves().forEach(move -> threadsByWay.merge(way(move), 1, Integer::sum));
        if (threadsByWay.isEmpty()) {
            return plan;
        }
        Map<Long, Memory> memoryByWay = memory(heat, residency);
        List<ThreadMove> moves = new ArrayList<>();
        Map<Integer, ThreadStay> stays = new HashMap<>(plan.stays());
        for (ThreadMove move : plan.moves()) {
            double threadsNs = threadsByWay.get(way(move)) * THREAD_MOVE_NS;
            double nsPer4KiB = costs.nsPer4KiB(move.toNodeId(), move.fromNodeId(), (long) PAGE_BYTES);
            Memory memory = memoryByWay.getOrDefault(way(move), new Memory());
            if (memory.isCheaper(threadsNs, nsPer4KiB)) {
                stays.put(move.tid(), ThreadStay.MEMORY_CHEAPER);
            } else if (memory.mayBeCheaper(threadsNs, nsPer4KiB) && mayWait(move.tid(), heat.takenAtNs())) {
                stays.put(move.tid(), ThreadStay.NOT_SURE);
            } else {
                moves.add(move);
            }
        }
        return new ThreadPlan(moves, stays);
    }

    /** Notes a round of threads. */
    public void note(ThreadRound round, long nowNs) {
        rounds += round.threads() > 0 ? 1 : 0;
        if (round.count(ThreadOutcome.PINNED) > 0) {
            settledAtNs = nowNs + SETTLE_NS;
        }
    }

    /** Whether memory may move now. */
    public boolean mayMoveMemory(long nowNs) {
        return rounds >= FIRST_ROUNDS && nowNs >= settledAtNs;
    }

    /** Whether a thread has not waited for too long yet; waits further apart than that are not one. */
    private boolean mayWait(int tid, long nowNs) {
        waits.values().removeIf(wait -> nowNs - wait.lastNs >= SETTLE_NS);
        Wait wait = waits.merge(tid, new Wait(nowNs, nowNs), (before, now) -> new Wait(before.sinceNs, now.lastNs));
        return nowNs - wait.sinceNs < SETTLE_NS;
    }

    /** Memory by where it lies and from where it is mostly used, where these differ. */
    private static Map<Long, Memory> memory(HeatSnapshot heat, Residency residency) {
        Map<Long, Memory> byWay = new HashMap<>();
        for (int i = 0; i < heat.pageCount(); i++) {
            int liesOn = residency.nodeOf(i);
            double all = heat.accesses(i);
            for (int user = 0; liesOn >= 0 && user < heat.nodeCount(); user++) {
                double byUser = heat.accesses(i, user);
                if (user != liesOn && byUser > 0) {
                    byWay.computeIfAbsent(way(liesOn, user), way -> new Memory())
                            .add(heat.pageAddress(i), byUser, byUser >= MOSTLY * all);
                }
            }
        }
        return byWay;
    }

    /** The way on which its memory would go to a thread. */
    private static long way(ThreadMove move) {
        return way(move.toNodeId(), move.fromNodeId());
    }

    private static long way(int memoryNodeId, int userNodeId) {
        return (long) memoryNodeId << Integer.SIZE | userNodeId;
    }

    /** How long a thread has been waiting, and when it did so last. */
    private record Wait(long sinceNs, long lastNs) {
    }

    /** What lies on one node and is used from another one. */
    private static final class Memory {
        private final Set<Long> blocks = new HashSet<>();
        private final Set<Long> ownBlocks = new HashSet<>();
        private double accesses;
        private double ownAccesses;

        void add(long address, double byUser, boolean isOwn) {
            accesses += byUser;
            blocks.add(address >>> BLOCK_SHIFT);
            if (isOwn) {
                ownAccesses += byUser;
                ownBlocks.add(address >>> BLOCK_SHIFT);
            }
        }

        /** Whether moving it costs less than so many ns, and would bring home most of what it is used for. */
        boolean isCheaper(double threadsNs, double nsPer4KiB) {
            return !ownBlocks.isEmpty() && ownAccesses >= MOSTLY * accesses
                    && areCheaper(ownBlocks, threadsNs, nsPer4KiB);
        }

        /** Whether moving all that is known of it costs less, wherever else it is used from. */
        boolean mayBeCheaper(double threadsNs, double nsPer4KiB) {
            return areCheaper(blocks, threadsNs, nsPer4KiB);
        }

        private static boolean areCheaper(Set<Long> blocks, double threadsNs, double nsPer4KiB) {
            double pages = blocks.size() * ((1L << BLOCK_SHIFT) / PAGE_BYTES);
            return pages * nsPer4KiB < threadsNs;
        }
    }
}
