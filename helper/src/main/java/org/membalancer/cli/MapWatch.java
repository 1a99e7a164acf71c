// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.trace.TraceWriter;

/**
 * Writes the memory maps of processes into a trace whenever they have changed: those of newcomers first, since they may
 * end soon. Owned by one thread. Looking takes a bounded part of the time, and so many processes are watched at most.
 */
final class MapWatch {
    private static final long LOOK_NS = 1_000_000_000;
    /** Looking takes one part of so many of the time. */
    private static final long COST_PART = 20;
    /** What may be spent at once: a part of what the ring holds. */
    private static final long MAX_BUDGET_NS = 250_000_000;
    private static final long DIGEST_FACTOR = 0x9e37_79b9_7f4a_7c15L;

    private final MapReader reader;
    private final Predicate<RecordedProcess> isAlive;
    private final int maxWatched;
    private final ArrayDeque<RecordedProcess> newcomers = new ArrayDeque<>();
    private final ArrayDeque<Look> looks = new ArrayDeque<>();
    private int watched;
    private long budgetNs = MAX_BUDGET_NS;
    private long lastNs;

    /** Where a map comes from. */
    @FunctionalInterface
    interface MapReader {
        List<MemoryRegion> read(int pid) throws IOException;
    }

    private record Look(RecordedProcess process, long dueNs) {
    }

    /**
     * Prepares to watch.
     *
     * @param isAlive whether a process still runs the program that it was noted with
     * @param maxWatched so many at once
     */
    MapWatch(MapReader reader, Predicate<RecordedProcess> isAlive, int maxWatched) {
        this.reader = reader;
        this.isAlive = isAlive;
        this.maxWatched = maxWatched;
    }

    /** Watches a process until it ends, if there is room. */
    void add(RecordedProcess process) {
        if (watched < maxWatched) {
            process.watch();
            watched++;
            newcomers.add(process);
        }
    }

    /** Makes room. */
    void remove(RecordedProcess process) {
        watched -= process.isWatched() ? 1 : 0;
    }

    /** Looks at those whose turn it is, as far as the budget goes. */
    void look(TraceWriter writer, long nowNs) throws IOException {
        budgetNs = Math.min(MAX_BUDGET_NS, budgetNs + (lastNs == 0 ? 0 : (nowNs - lastNs) / COST_PART));
        lastNs = nowNs;
        while (budgetNs > 0 && (!newcomers.isEmpty() || !looks.isEmpty() && looks.peek().dueNs <= nowNs)) {
            RecordedProcess process = newcomers.isEmpty() ? looks.poll().process : newcomers.poll();
            if (process.isOver()) {
                continue;
            }
            long startNs = System.nanoTime();
            writeChanged(process, writer, nowNs);
            budgetNs -= System.nanoTime() - startNs;
            looks.add(new Look(process, nowNs + LOOK_NS));
        }
    }

    /** Looks at all in any case: for the end. */
    void lookAtAll(TraceWriter writer, long nowNs) throws IOException {
        for (RecordedProcess process : newcomers) {
            writeChanged(process, writer, nowNs);
        }
        for (Look look : looks) {
            writeChanged(look.process, writer, nowNs);
        }
    }

    /** The map of a process that has ended is the one it had before; that of another program is not its own. */
    private void writeChanged(RecordedProcess process, TraceWriter writer, long nowNs) throws IOException {
        List<MemoryRegion> now = read(process);
        if (!now.isEmpty() && isAlive.test(process) && process.changesMap(digestOf(now))) {
            writer.memoryMap(nowNs, process.inTrace(), now);
        }
    }

    private List<MemoryRegion> read(RecordedProcess process) {
        try {
            return reader.read(process.inTrace().tgid());
        } catch (IOException ended) { // or may not be looked at: it is counted then as one without a map
            return List.of();
        }
    }

    /** In place of the map itself, which may be large: never 0. */
    private static long digestOf(List<MemoryRegion> map) {
        long digest = map.size();
        for (MemoryRegion region : map) {
            digest = (digest ^ region.hashCode()) * DIGEST_FACTOR;
            digest = (digest ^ digest >>> Integer.SIZE ^ region.startAddress()) * DIGEST_FACTOR;
            digest = (digest ^ digest >>> Integer.SIZE ^ region.endAddress()) * DIGEST_FACTOR;
        }
        return digest == 0 ? 1 : digest;
    }
}
