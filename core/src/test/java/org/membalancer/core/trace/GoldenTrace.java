// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/**
 * How the committed trace two-nodes.mbtrace was made: one process on a machine with two nodes and one that has memory
 * only, four seconds within one epoch of the heat tables, three of four accesses to 16 hot pages.
 */
final class GoldenTrace {
    static final int SAMPLES = 397;
    static final int LOST = 3;
    static final int TGID = 4711;
    static final long EPOCH_NS = 1L << 33;
    static final long START_NS = 1000 * EPOCH_NS + 1_000_000;
    static final long HEAP = 0x7f3a_4000_0000L;
    static final int HEAP_BYTES = 1 << 20;
    static final int HOT_PAGES = 16;
    private static final int PAGE_BYTES = 4096;
    private static final long CODE = 0x5581_0000_1000L;
    private static final long STEP_NS = 9_973_001;

    private final SplittableRandom random = new SplittableRandom(42);

    private GoldenTrace() {
    }

    /** Writes it anew, after a change of the format on purpose. */
    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[0]), bytes());
    }

    static byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new GoldenTrace().write(bytes);
        return bytes.toByteArray();
    }

    /** One that fills samples from the first on. */
    static GoldenTrace maker() {
        return new GoldenTrace();
    }

    static TraceProcess process() {
        return new TraceProcess(0, TGID, 1, true, START_NS, "hot-set");
    }

    static Topology topology() {
        return new Topology(List.of(node(0, 0, 4), node(1, 4, 8), node(2, 8, 8)),
                new int[][] {{10, 21, 24}, {21, 10, 24}, {24, 24, 10}});
    }

    static TraceHeader header() {
        return new TraceHeader(START_NS, 1_767_225_600_000L, 12, "ibs", 997, "membalancer 0.1.0", "process 4711",
                topology());
    }

    static List<MemoryRegion> firstMap() {
        return List.of(new MemoryRegion(CODE, CODE + 0x8000, true, false, true, false, "/usr/bin/hot-set"),
                new MemoryRegion(HEAP, HEAP + HEAP_BYTES / 2, true, true, false, false, ""));
    }

    static List<MemoryRegion> lastMap() {
        return List.of(firstMap().get(0), new MemoryRegion(HEAP, HEAP + HEAP_BYTES, true, true, false, false, ""),
                new MemoryRegion(0x7ffc_0000_0000L, 0x7ffc_0002_1000L, true, true, false, false, "[stack]"));
    }

    /** The i-th of a trace's samples; call it with 0, 1, 2 and so on. */
    Sample fill(Sample sample, int i) {
        boolean isHot = random.nextInt(4) != 0;
        int page = isHot ? random.nextInt(HOT_PAGES) * 4 : random.nextInt(HEAP_BYTES / PAGE_BYTES);
        long address = HEAP + (long) page * PAGE_BYTES + random.nextInt(PAGE_BYTES / 8) * 8L;
        int thread = random.nextInt(3);
        boolean isMiss = random.nextInt(2) == 0;
        int flags = (random.nextInt(4) == 0 ? Sample.STORE : Sample.LOAD) | (isMiss ? Sample.MISS : 0);
        sample.at(START_NS + i * STEP_NS, address, CODE + random.nextInt(64) * 4L).by(0, TGID, TGID + thread)
                .nodes(thread == 2 ? 1 : 0, page % 8 == 0 ? 1 : 0).kind(flags, 8, 0);
        return isMiss ? sample.miss(180 + random.nextInt(400), random.nextInt(40), 1 + random.nextInt(6), 3)
                : sample.miss(0, 0, 0, 2);
    }

    private void write(OutputStream to) throws IOException {
        try (TraceWriter writer = TraceWriter.of(to, header())) {
            writer.processes(START_NS, List.of(process()));
            writer.memoryMap(START_NS, process(), firstMap());
            Sample sample = new Sample();
            for (int i = 0; i < SAMPLES; i++) {
                if (i == SAMPLES / 2) {
                    writer.lost(sample.timeNs(), LOST);
                    writer.memoryMap(sample.timeNs(), process(), lastMap());
                }
                writer.sample(fill(sample, i));
            }
            writer.finish(sample.timeNs() + STEP_NS);
        }
    }

    private static Node node(int nodeId, int firstCpu, int endCpu) {
        BitSet cpus = new BitSet();
        cpus.set(firstCpu, endCpu);
        return new Node(nodeId, cpus, (4L + nodeId) << 30, (1L + nodeId) << 29);
    }
}
