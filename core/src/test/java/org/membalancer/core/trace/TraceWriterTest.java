// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.sample.Samples;

class TraceWriterTest {
    private static final int ANY_SAMPLES = 20_011;

    @TempDir
    private Path directory;

    @Test
    void shouldKeepEveryFieldOfAnySample() throws IOException {
        Path file = directory.resolve("any.mbtrace");
        SplittableRandom random = new SplittableRandom(7);
        Sample sample = new Sample().at(GoldenTrace.START_NS, 0, 0);
        try (TraceWriter writer = TraceWriter.create(file, GoldenTrace.header())) {
            for (int i = 0; i < ANY_SAMPLES; i++) {
                writer.sample(TraceSamples.fillAnything(sample, random));
            }
            assertEquals(new TraceTotals(sample.timeNs(), ANY_SAMPLES, 0), writer.finish(sample.timeNs()));
            assertEquals(Files.size(file), writer.bytes());
        }
        SplittableRandom again = new SplittableRandom(7);
        Sample wanted = new Sample().at(GoldenTrace.START_NS, 0, 0);
        try (TraceReader reader = TraceReader.open(file)) {
            reader.forEach(read -> Samples.assertSame(
                    TraceSamples.fillAnything(wanted, again), read, reader.samples()));
            assertEquals(ANY_SAMPLES, reader.samples());
        }
    }

    @Test
    void shouldKeepLargeMapsAndProcessListsInParts() throws IOException {
        List<MemoryRegion> regions = new ArrayList<>();
        List<TraceProcess> processes = new ArrayList<>();
        for (int i = 0; i < 70_001; i++) { // more than vm.max_map_count
            regions.add(new MemoryRegion(i * 0x3000L, i * 0x3000L + 0x1000, i % 2 == 0, i % 3 == 0, i % 5 == 0,
                    i % 7 == 0, i % 11 < 5 ? "" : "/lib/ü/" + i / 22));
        }
        for (int i = 0; i < 16_384; i++) {
            processes.add(new TraceProcess(i, 100 + i, 100, i % 2 == 0, i, "sh " + i));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TraceWriter writer = TraceWriter.of(bytes, GoldenTrace.header())) {
            writer.memoryMap(5, processes.get(3), regions.subList(0, 10));
            writer.memoryMap(6, processes.get(3), regions);
            writer.memoryMap(6, processes.get(4), List.of());
            writer.processes(7, processes);
            writer.finish(8);
        }
        try (TraceReader reader = TraceReader.of("parts", new ByteArrayInputStream(bytes.toByteArray()))) {
            assertFalse(reader.next(new Sample()));
            assertEquals(regions, reader.memoryMap(3));
            assertEquals(List.of(), reader.memoryMap(4));
            assertEquals(processes, List.copyOf(reader.processes().values()));
        }
    }

    @Test
    void shouldNeedLittleRoomForASample() throws IOException {
        int bytes = GoldenTrace.bytes().length;
        assertTrue(bytes < GoldenTrace.SAMPLES * 20, "bytes=" + bytes + " of samples=" + GoldenTrace.SAMPLES);
    }

    @Test
    void shouldRefuseWhatTheFormatCannotHold() throws IOException {
        try (TraceWriter writer = TraceWriter.of(new ByteArrayOutputStream(), GoldenTrace.header())) {
            assertRefused(writer, new Sample().at(GoldenTrace.START_NS - 1, 1, 1), "time must not go back: timeNs=");
            Sample sample = new Sample().at(GoldenTrace.START_NS, 1, 1);
            assertRefused(writer, sample.kind(0x10000, 0, 0), "flags must be 0..65535: flags=65536");
            assertRefused(writer, sample.kind(0, 0, 0).miss(-1, 0, 0, 0),
                    "latencyCycles must be 0..2147483647: latencyCycles=-1");
            writer.finish(GoldenTrace.START_NS);
            assertThrows(IllegalStateException.class, writer::flush);
        }
    }

    private static void assertRefused(TraceWriter writer, Sample sample, String message) {
        String said = assertThrows(IllegalArgumentException.class, () -> writer.sample(sample)).getMessage();
        assertTrue(said.startsWith(message), said);
    }
}
