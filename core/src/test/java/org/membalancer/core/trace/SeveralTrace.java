// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.Sample;

/**
 * How the committed trace several.mbtrace was made: a parent, a child that runs another program in the middle, and a child
 * that ends without a memory map; within one epoch of the heat tables, each process with heat at the same addresses.
 */
final class SeveralTrace {
    static final int SAMPLES = 211;
    static final long LOST = 2;
    static final TraceProcess PARENT = new TraceProcess(0, 500, 1, true, GoldenTrace.START_NS, "sh");
    static final TraceProcess CHILD = new TraceProcess(1, 501, 500, true, GoldenTrace.START_NS, "sh");
    static final TraceProcess CHILD_PROGRAM = new TraceProcess(2, 501, 500, true, GoldenTrace.START_NS + 7, "hot-set");
    static final TraceProcess SHORT = new TraceProcess(3, 502, 500, true, GoldenTrace.START_NS + 9, "true");
    private static final long STEP_NS = 1_000_003;
    private static final int EXEC_AT = 100;
    private static final int SHORT_AT = 150;
    private static final int SHORT_END = 153;

    private SeveralTrace() {
    }

    /** Writes it anew, after a change of the format on purpose. */
    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[0]), bytes());
    }

    static byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes);
        return bytes.toByteArray();
    }

    static Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("processes_entered", 5L);
        counters.put("processes_left", 3L);
        counters.put("processes_without_place", 1L);
        counters.put("processes_recorded", 4L);
        counters.put("processes_without_map", 1L);
        counters.put("samples_twice", 0L);
        counters.put("helper_seen", 1000L);
        counters.put("helper_not_target", 787L);
        counters.put("helper_table_race", 0L);
        return counters;
    }

    static TraceProcess ended(TraceProcess process) {
        return new TraceProcess(process.tag(), process.tgid(), process.parentTgid(), false, process.startedNs(),
                process.command());
    }

    /** The i-th of a trace's samples. */
    static Sample fill(Sample sample, int i) {
        TraceProcess process = processOf(i);
        long address = GoldenTrace.HEAP + (i * 7L % 16 << 16) + i % 512 * 8L;
        return sample.at(GoldenTrace.START_NS + i * STEP_NS, address, 0x40_1000 + i % 5)
                .by(process.tag(), process.tgid(), process.tgid()).nodes(i % 3 == 0 ? 1 : 0, i % 2)
                .kind(i % 4 == 0 ? Sample.STORE : Sample.LOAD, 8, 0).miss(0, 0, 0, 0);
    }

    private static TraceProcess processOf(int i) {
        if (i >= SHORT_AT && i < SHORT_END) {
            return SHORT;
        }
        return i % 4 == 3 ? PARENT : i < EXEC_AT ? CHILD : CHILD_PROGRAM;
    }

    private static List<MemoryRegion> map(String path) {
        return List.of(new MemoryRegion(0x40_0000, 0x40_8000, true, false, true, false, path),
                new MemoryRegion(GoldenTrace.HEAP, GoldenTrace.HEAP + GoldenTrace.HEAP_BYTES, true, true, false, false, ""));
    }

    private static void write(OutputStream to) throws IOException {
        TraceHeader header = new TraceHeader(GoldenTrace.START_NS, 1_767_225_600_000L, 12, "soft", 997,
                "membalancer 0.1.0", "processes [500] and all that come from them", GoldenTrace.topology());
        try (TraceWriter writer = TraceWriter.of(to, header)) {
            writer.processes(GoldenTrace.START_NS, List.of(PARENT, CHILD));
            writer.memoryMap(GoldenTrace.START_NS, PARENT, map("/bin/sh"));
            writer.memoryMap(GoldenTrace.START_NS, CHILD, map("/bin/sh"));
            Sample sample = new Sample();
            for (int i = 0; i < SAMPLES; i++) {
                fill(sample, i);
                writeProcesses(writer, i, sample.timeNs());
                writer.sample(sample);
            }
            writer.counters(sample.timeNs(), counters());
            writer.finish(sample.timeNs() + STEP_NS);
        }
    }

    private static void writeProcesses(TraceWriter writer, int i, long timeNs) throws IOException {
        if (i == EXEC_AT) {
            writer.processes(timeNs, List.of(ended(CHILD), CHILD_PROGRAM));
            writer.memoryMap(timeNs, CHILD_PROGRAM, map("/usr/bin/hot-set"));
            writer.lost(timeNs, LOST);
        } else if (i == SHORT_AT) {
            writer.processes(timeNs, List.of(SHORT));
        } else if (i == SHORT_END) {
            writer.processes(timeNs, List.of(ended(SHORT)));
        }
    }
}
