// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;

/**
 * Puts together what is known of each thread: where it runs from the thread table, which memory it uses from the recent
 * accesses or, when there are none of it, from the thread table. Owned by one thread.
 */
public final class ThreadSampler {
    private final HeatTable table;
    private final HeatSnapshot snapshot;
    private final ThreadMemory memory;
    private final ThreadDoor door;
    private final ThreadPins pins;
    private final boolean isShared;
    private final Map<Integer, ThreadStay> leftAlone = new HashMap<>();

    /**
     * Prepares to look.
     *
     * @param table of threads, as {@link HeatTable#overThreads} opens it
     */
    public ThreadSampler(HeatTable table, ThreadMemory memory, ThreadDoor door, ThreadPins pins) {
        this(table, new HeatSnapshot(table.slotCount(), table.nodeCount()), memory, door, pins, false);
    }

    private ThreadSampler(HeatTable table, HeatSnapshot snapshot, ThreadMemory memory, ThreadDoor door,
            ThreadPins pins, boolean isShared) {
        this.table = table;
        this.snapshot = snapshot;
        this.memory = memory;
        this.door = door;
        this.pins = pins;
        this.isShared = isShared;
    }

    /**
     * Prepares to look at one of several processes that share a table: only at those threads that it has now.
     *
     * @param table of threads of all of them
     * @param snapshot with room for the table, which samplers that are asked in turn may share
     */
    public static ThreadSampler ofSeveral(
            HeatTable table, HeatSnapshot snapshot, ThreadMemory memory, ThreadDoor door, ThreadPins pins) {
        return new ThreadSampler(table, snapshot, memory, door, pins, true);
    }

    /** What each thread uses now, but for those in {@link #leftAlone}. */
    public List<ThreadUse> uses(long nowNs) {
        leftAlone.clear();
        memory.refresh(nowNs);
        table.copyTo(snapshot, nowNs);
        snapshot.sortByAddress(); // each thread once
        List<ThreadUse> uses = new ArrayList<>();
        Set<Integer> own = isShared ? Arrays.stream(door.threads()).boxed().collect(Collectors.toSet()) : Set.of();
        for (int i = 0; i < snapshot.pageCount(); i++) {
            int tid = (int) snapshot.pageNumber(i); // the key's other bit only says that it is a thread
            if (!isShared || own.contains(tid)) {
                use(i, tid).ifPresent(uses::add);
            }
        }
        return uses;
    }

    /** What became of the accesses that tell which memory threads use. */
    public ThreadSamples samples() {
        return memory.samples();
    }

    /** Threads of the last look that are not to be moved at all, and why. */
    public Map<Integer, ThreadStay> leftAlone() {
        return leftAlone;
    }

    private Optional<ThreadUse> use(int i, int tid) {
        Optional<String> name = door.name(tid);
        Optional<BitSet> allowed = pins.allowed(tid);
        if (name.isEmpty() || allowed.isEmpty()) {
            leftAlone.put(tid, ThreadStay.GONE);
            return Optional.empty();
        }
        if (JvmThreads.isOwn(name.get())) {
            leftAlone.put(tid, ThreadStay.OF_THE_JVM);
            return Optional.empty();
        }
        return Optional.of(new ThreadUse(tid, byCpuNode(i), byMemoryNode(i, tid), allowed.get()));
    }

    private List<Double> byCpuNode(int i) {
        List<Double> counts = new ArrayList<>();
        for (int nodeId = 0; nodeId < snapshot.nodeCount(); nodeId++) {
            counts.add((double) snapshot.accesses(i, nodeId));
        }
        return counts;
    }

    private List<Double> byMemoryNode(int i, int tid) {
        List<Double> counts = new ArrayList<>();
        double sum = 0;
        for (double weight : memory.of(tid)) {
            counts.add(weight);
            sum += weight;
        }
        for (int nodeId = 0; sum == 0 && nodeId < snapshot.nodeCount(); nodeId++) {
            counts.set(nodeId, (double) snapshot.stalls(i, nodeId)); // where a thread table has its memory's nodes
        }
        return counts;
    }
}
