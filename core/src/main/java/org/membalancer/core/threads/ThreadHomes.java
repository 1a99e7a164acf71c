// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.Arrays;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.MovedUsers;

/**
 * Where threads live: on which node each runs, and since when; and so which nodes all threads have left that used memory
 * from there. Owned by one thread. Allocates nothing once it has seen as many threads as there are, but where the answer
 * changes.
 *
 * <p>A thread has moved once it has stayed: for a while it had samples, enough of them, from one other node only. One whose
 * last stay on a node was short must stay four times as long, and ten seconds at least, and half as long after each
 * long stay: nothing shall follow a thread to where a scheduler sends it for a moment, again and again. A node counts as
 * left when nearly all of its samples come from threads that have moved. Those of threads that ended or sleep, and of threads
 * that are new there, do not: as long as they are more than a few, nothing is done.
 */
public final class ThreadHomes {
    /** How long a thread must stay where only memory moves: two rounds of the usual interval have no less between them. */
    public static final long STAY_NS = 900_000_000L;
    /** The same where threads may be sent back instead: by then it is decided. */
    public static final long LONG_STAY_NS = 2 * ThreadMemory.HALF_LIFE_NS;

    /* Counts alone would not have told yet. */
    private static final long SHORT_NS = 2 * ThreadMemory.HALF_LIFE_NS;
    private static final int AFTER_SHORT = 4;
    private static final long LEAST_AFTER_SHORT_NS = 10_000_000_000L;
    /* By then what was before counts next to nothing anyway. */
    private static final long MOST_STAY_NS = 4 * ThreadMemory.HALF_LIFE_NS;
    private static final double LEAST_SAMPLES = 4;
    private static final double LEAST_SAMPLES_OF_NODE = 16;
    private static final double MOSTLY = 0.9;
    private static final double STRAY_SHARE = 0.05;
    /* Counts are halved in whole numbers, rounded at random: by less than this it is no sample. */
    private static final float LEAST_FRESH = 0.999f;

    private final long stayNs;
    private HeatSnapshot snapshot = new HeatSnapshot(1, 1);
    private ThreadStays known = new ThreadStays(1);
    private ThreadStays before = new ThreadStays(1);
    private float[] fresh = new float[1];
    private double[] moved = new double[1];
    private int[] nodesNow = new int[1];
    private MovedUsers last = MovedUsers.none();
    private boolean hasMoved;
    private long nowNs;
    private long beforeNs;

    /**
     * Begins with no thread known.
     *
     * @param stayNs how long a thread must stay on a node to have moved there
     */
    public ThreadHomes(long stayNs) {
        this.stayNs = stayNs;
    }

    /**
     * Looks where threads run, in each round once.
     *
     * @param threads as {@link HeatTable#overThreads} opens it; may be another one than last time
     * @param atNs now, CLOCK_MONOTONIC
     */
    public void look(HeatTable threads, long atNs) {
        if (snapshot.slotCapacity() != threads.slotCount() || snapshot.nodeCount() != threads.nodeCount()) {
            snapshot = new HeatSnapshot(threads.slotCount(), threads.nodeCount());
        }
        threads.copyTo(snapshot, atNs);
        snapshot.sortByAddress();
        note(snapshot);
    }

    /**
     * The same with a copy of the table.
     *
     * @param threads for pages, accesses by the CPU's node; sorted
     */
    public void note(HeatSnapshot threads) {
        if (known.nodeCount() != threads.nodeCount()) {
            forget(threads.nodeCount());
        }
        ThreadStays now = before;
        before = known;
        known = now;
        double kept = Math.pow(0.5, (threads.takenAtNs() >>> threads.epochShift()) - (nowNs >>> threads.epochShift()));
        beforeNs = nowNs;
        nowNs = threads.takenAtNs();
        hasMoved = false;
        known.begin(threads.pageCount());
        int old = 0;
        for (int i = 0; i < threads.pageCount(); i++) {
            while (old < before.count() && before.key(old) < threads.pageNumber(i)) {
                old++;
            }
            boolean isKnown = old < before.count() && before.key(old) == threads.pageNumber(i);
            known.add(threads, i);
            if (isKnown) {
                known.keep(i, before, old);
                follow(i, old++, (float) kept);
            }
            hasMoved |= isSettled(i) && known.shareElsewhere(i) >= 1 - MOSTLY;
        }
    }

    /** Whether any thread has moved of late: what it did before still counts, and it is worth asking which nodes were left. */
    public boolean hasMoved() {
        return hasMoved;
    }

    /** Which nodes all threads together have left. */
    public MovedUsers moved() {
        if (!hasMoved) {
            return MovedUsers.none();
        }
        Arrays.fill(moved, 0);
        for (int i = 0; i < known.count(); i++) {
            count(i);
        }
        return conclude();
    }

    /**
     * Which nodes some threads have left: those of one of several processes in the same table. Of threads that ended nothing is known
     * here.
     *
     * @param tids of the process; sorted in place
     */
    public MovedUsers moved(int[] tids) {
        Arrays.sort(tids);
        Arrays.fill(moved, 0);
        for (int i = 0; i < known.count(); i++) {
            if (Arrays.binarySearch(tids, (int) known.key(i)) >= 0) { // the key's other bit only says that it is a thread
                count(i);
            }
        }
        return conclude();
    }

    private void forget(int nodeCount) {
        known = new ThreadStays(nodeCount);
        before = new ThreadStays(nodeCount);
        fresh = new float[nodeCount];
        moved = new double[nodeCount * nodeCount];
        nodesNow = new int[nodeCount];
    }

    /**
     * Takes in what came of a thread since the last look: all from one node says that it has been there since then, or that it
     * slept before, and nobody has used what it left meanwhile.
     */
    private void follow(int i, int old, float kept) {
        float all = 0;
        int main = 0;
        for (int nodeId = 0; nodeId < fresh.length; nodeId++) {
            float more = known.samples(i, nodeId) - before.samples(old, nodeId) * kept;
            fresh[nodeId] = more < LEAST_FRESH ? 0 : more;
            all += fresh[nodeId];
            main = fresh[nodeId] > fresh[main] ? nodeId : main;
        }
        if (all == 0) {
            return;
        }
        if (all - fresh[main] > STRAY_SHARE * all) {
            known.wander(i);
        } else if (known.isStaying(i, main)) {
            known.stay(i, fresh[main]);
        } else {
            known.arrive(i, main, fresh[main], beforeNs, stayNsAfter(i, main));
        }
    }

    /** How long a thread must stay that arrives now: the first node is no change, and neither is the one it was on before. */
    private long stayNsAfter(int i, int nodeId) {
        if (!known.hasHome(i)) {
            return stayNs;
        }
        long before = known.mustStayNs(i);
        if (known.home(i) == nodeId || !known.hasChanged(i)) {
            return before;
        }
        boolean wasShort = beforeNs - known.cameNs(i) < SHORT_NS;
        long afterShort = Math.max(LEAST_AFTER_SHORT_NS, AFTER_SHORT * before);
        return wasShort ? Math.min(afterShort, Math.max(stayNs, MOST_STAY_NS)) : Math.max(stayNs, before / 2);
    }

    private boolean isSettled(int i) {
        return known.isStaying(i) && known.staySamples(i) >= LEAST_SAMPLES
                && nowNs - known.sinceNs(i) >= known.mustStayNs(i);
    }

    /** Adds a thread's samples, by the node that they came from and the one where it lives. */
    private void count(int i) {
        boolean isSettled = isSettled(i);
        for (int nodeId = 0; nodeId < fresh.length; nodeId++) {
            moved[nodeId * fresh.length + (isSettled ? known.home(i) : nodeId)] += known.samples(i, nodeId);
        }
    }

    private MovedUsers conclude() {
        for (int nodeId = 0; nodeId < nodesNow.length; nodeId++) {
            nodesNow[nodeId] = nodeNow(nodeId);
        }
        if (!last.isSame(nodesNow)) {
            last = MovedUsers.of(nodesNow);
        }
        return last;
    }

    private int nodeNow(int nodeId) {
        int row = nodeId * nodesNow.length;
        double all = 0;
        int main = nodeId;
        for (int to = 0; to < nodesNow.length; to++) {
            all += moved[row + to];
            main = moved[row + to] > moved[row + main] ? to : main;
        }
        boolean isLeft = all >= LEAST_SAMPLES_OF_NODE && all - moved[row + nodeId] >= MOSTLY * all;
        if (!isLeft) {
            return nodeId;
        }
        return moved[row + main] >= MOSTLY * all ? main : MovedUsers.NO_NODE;
    }
}
