// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.membalancer.core.sample.Sample;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;
import org.membalancer.core.trace.TraceReader;

/**
 * A recorded trace as a workload. Immutable.
 *
 * <p>Samples of a stretch of time say who accesses which pages how often in it; each stands for the accesses of a thread
 * between two samples. Pages keep their neighbours: every block of 2 MiB that has a sample is there whole. A page lies at
 * first where its first sample says, else where most of its block does, else on the first node.
 *
 * @param setup ready to run
 * @param samples that were used
 * @param skippedSamples of code, of the kernel, and those that say what a thread waited for besides what it accessed
 * @param seconds that the trace lasts
 */
public record TraceSetup(Setup setup, long samples, long skippedSamples, double seconds) {
    /** Most pages that a workload may have: 16 GiB. */
    static final int MAX_PAGES = 1 << 22;

    private static final int BLOCK_SHIFT = 9;
    private static final int MAX_PHASES = 120;
    private static final int USUAL_RATE_HZ = 997;
    private static final int UNUSED = Sample.CODE | Sample.KERNEL | Sample.STALL;
    private static final int KEY_PAGE_BITS = 44;
    private static final int NOWHERE = -1;

    /**
     * Reads a trace, twice: for its pages, and for what happens to them.
     *
     * @param file the trace
     * @param otherMachine to run it on; empty: the one it was recorded on
     * @throws IOException if it cannot be read, is cut off, or has no samples of data
     * @throws IllegalArgumentException if it uses nodes that the machine does not have, or too much memory
     */
    public static TraceSetup read(Path file, Optional<Machine> otherMachine) throws IOException {
        Pages pages = new Pages();
        long endNs;
        try (TraceReader reader = TraceReader.open(file)) {
            long[] last = {reader.header().startNs()};
            reader.forEach(sample -> {
                last[0] = sample.timeNs();
                pages.note(sample, reader.header().pageShift());
            });
            endNs = last[0];
        }
        if (pages.used == 0) {
            throw new IOException(file + ": no sample of data: there is nothing to simulate");
        }
        try (TraceReader reader = TraceReader.open(file)) {
            Machine machine = otherMachine.orElseGet(() -> Machine.of(reader.topology()));
            pages.settle(machine);
            return new Playing(reader, pages, machine, endNs).setup();
        }
    }

    /** Pages of the workload. */
    public int pages() {
        return setup.workload().pages();
    }

    private static boolean isUsed(Sample sample) {
        return sample.address() != 0 && (sample.flags() & UNUSED) == 0;
    }

    /** The pages of a trace, in the order of process and address. */
    private static final class Pages {
        private final Map<Long, int[]> placesByBlock = new TreeMap<>();
        private final Map<Long, Integer> firstPageOfBlock = new TreeMap<>();
        private int[] places = {};
        private long used;
        private long skipped;

        void note(Sample sample, int pageShift) {
            if (!isUsed(sample)) {
                skipped++;
                return;
            }
            used++;
            long page = page(sample, pageShift);
            int[] ofBlock = placesByBlock.computeIfAbsent(page >> BLOCK_SHIFT, block -> {
                int[] fresh = new int[1 << BLOCK_SHIFT];
                Arrays.fill(fresh, NOWHERE);
                return fresh;
            });
            int at = (int) (page & (1 << BLOCK_SHIFT) - 1);
            if (ofBlock[at] == NOWHERE && sample.memoryNode() != Sample.NODE_UNKNOWN) {
                ofBlock[at] = sample.memoryNode();
            }
            if (placesByBlock.size() > MAX_PAGES >> BLOCK_SHIFT) {
                throw new IllegalArgumentException("the trace uses more than "
                        + (MAX_PAGES >> 8) + " MiB in blocks of 2 MiB: record a shorter one, or of one process");
            }
        }

        static long page(Sample sample, int pageShift) {
            return (long) sample.processTag() << KEY_PAGE_BITS | sample.address() >>> pageShift;
        }

        void settle(Machine machine) {
            places = new int[placesByBlock.size() << BLOCK_SHIFT];
            int home = machine.topology().nodes().stream().filter(Node::hasMemory).findFirst().orElseThrow().nodeId();
            int first = 0;
            for (Map.Entry<Long, int[]> block : placesByBlock.entrySet()) {
                firstPageOfBlock.put(block.getKey(), first);
                int usual = most(block.getValue(), home);
                for (int place : block.getValue()) {
                    int nodeId = place == NOWHERE ? usual : place;
                    if (machine.capacityPages(nodeId) == 0) {
                        throw new IllegalArgumentException(
                                "the trace has memory on node " + nodeId + ", which this machine does not have");
                    }
                    places[first++] = nodeId;
                }
            }
        }

        int index(Sample sample, int pageShift) {
            long page = page(sample, pageShift);
            return firstPageOfBlock.get(page >> BLOCK_SHIFT) + (int) (page & (1 << BLOCK_SHIFT) - 1);
        }

        private static int most(int[] places, int otherwise) {
            Map<Integer, Integer> counts = new TreeMap<>();
            Arrays.stream(places).filter(place -> place != NOWHERE).forEach(place -> counts.merge(place, 1, Integer::sum));
            return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey)
                    .orElse(otherwise);
        }
    }

    /** Turns samples into phases. */
    private static final class Playing {
        private final TraceReader reader;
        private final Pages pages;
        private final Machine machine;
        private final long startNs;
        private final int phaseCount;
        private final int stepsPerPhase;
        private final double accessesPerSample;
        private final List<Map<Integer, Map<Integer, Long>>> counts = new ArrayList<>();

        Playing(TraceReader reader, Pages pages, Machine machine, long endNs) {
            this.reader = reader;
            this.pages = pages;
            this.machine = machine;
            this.startNs = reader.header().startNs();
            int steps = (int) Math.max(1, Math.min(Integer.MAX_VALUE / 2, (endNs - startNs) / World.STEP_NS + 1));
            this.stepsPerPhase = Math.max(10, (steps + MAX_PHASES - 1) / MAX_PHASES);
            this.phaseCount = (steps + stepsPerPhase - 1) / stepsPerPhase;
            this.accessesPerSample = Ground.THREAD_RATE / rateHz();
            for (int phase = 0; phase < phaseCount; phase++) {
                counts.add(new TreeMap<>());
            }
        }

        TraceSetup setup() throws IOException {
            reader.forEach(this::count);
            List<Phase> phases = counts.stream().map(this::phase).toList();
            double seconds = phaseCount * stepsPerPhase * World.STEP_SECONDS;
            int threads = (int) Math.max(1, Math.round(pages.used / seconds / rateHz()));
            return new TraceSetup(new Setup(roomy(), new Workload(threads, pages.places, phases)), pages.used,
                    pages.skipped, seconds);
        }

        private void count(Sample sample) {
            if (!isUsed(sample)) {
                return;
            }
            if (!machine.topology().hasNode(sample.cpuNode())) {
                throw new IllegalArgumentException(
                        "the trace has threads on node " + sample.cpuNode() + ", which this machine does not have");
            }
            long step = Math.max(0, sample.timeNs() - startNs) / World.STEP_NS;
            int phase = (int) Math.min(phaseCount - 1, step / stepsPerPhase);
            counts.get(phase).computeIfAbsent(sample.cpuNode(), node -> new TreeMap<>())
                    .merge(pages.index(sample, reader.header().pageShift()), (long) Math.max(1, sample.weight()), Long::sum);
        }

        private Phase phase(Map<Integer, Map<Integer, Long>> byNode) {
            List<Stream> streams = new ArrayList<>();
            byNode.forEach((nodeId, byPage) -> {
                long[] counted = byPage.values().stream().mapToLong(Long::longValue).toArray();
                double perSecond = Arrays.stream(counted).sum() * accessesPerSample
                        / (stepsPerPhase * World.STEP_SECONDS);
                streams.add(new Stream(nodeId, perSecond, new CountedPages(
                        byPage.keySet().stream().mapToInt(Integer::intValue).toArray(), counted)));
            });
            return new Phase(stepsPerPhase, streams);
        }

        /** The machine with what was free and what the trace's own pages took. */
        private Machine roomy() {
            Topology topology = machine.topology();
            long[] ours = new long[topology.nodeIdLimit()];
            Arrays.stream(pages.places).forEach(nodeId -> ours[nodeId]++);
            for (Node node : topology.nodes()) {
                ours[node.nodeId()] += node.freeBytes() / Machine.PAGE_BYTES;
            }
            return machine.withPages(ours);
        }

        private double rateHz() {
            return reader.header().rateHz() == 0 ? USUAL_RATE_HZ : reader.header().rateHz();
        }
    }
}
