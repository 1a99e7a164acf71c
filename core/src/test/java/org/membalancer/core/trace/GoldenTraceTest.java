// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.sample.Samples;

/** The committed file: what a version once wrote, every later one writes and reads the same way. */
class GoldenTraceTest {

    @Test
    void shouldWriteTheCommittedBytes() throws IOException {
        assertArrayEquals(committed(), GoldenTrace.bytes());
    }

    @Test
    void shouldReadTheCommittedBytes() throws IOException {
        try (TraceReader reader = TraceReader.of("golden", new ByteArrayInputStream(committed()))) {
            assertEquals("ibs", reader.header().source());
            assertEquals(997, reader.header().rateHz());
            assertEquals(12, reader.header().pageShift());
            assertEquals("membalancer 0.1.0", reader.header().recorder());
            assertEquals("process 4711", reader.header().target());
            assertEquals(GoldenTrace.START_NS, reader.header().startNs());
            assertEquals(1_767_225_600_000L, reader.header().startUnixMs());
            assertEquals(GoldenTrace.topology().nodes(), reader.topology().nodes());
            assertEquals(24, reader.topology().distance(1, 2));
            assertSamples(reader);
            assertEquals(GoldenTrace.lastMap(), reader.memoryMap(0));
            assertEquals(GoldenTrace.process(), reader.processes().get(0));
        }
    }

    @Test
    void shouldWriteAndReadTheCommittedBytesOfSeveralProcesses() throws IOException {
        byte[] bytes = committed("several.mbtrace");
        assertArrayEquals(bytes, SeveralTrace.bytes());
        try (TraceReader reader = TraceReader.of("several", new ByteArrayInputStream(bytes))) {
            Sample wanted = new Sample();
            Sample read = new Sample();
            for (int i = 0; reader.next(read); i++) {
                Samples.assertSame(SeveralTrace.fill(wanted, i), read, i);
            }
            assertEquals(SeveralTrace.SAMPLES, reader.samples());
            assertEquals(SeveralTrace.LOST, reader.lost());
            assertEquals(List.copyOf(SeveralTrace.counters().entrySet()), List.copyOf(reader.counters().entrySet()));
            assertEquals(List.of(SeveralTrace.PARENT, SeveralTrace.ended(SeveralTrace.CHILD), SeveralTrace.CHILD_PROGRAM,
                    SeveralTrace.ended(SeveralTrace.SHORT)), List.copyOf(reader.processes().values()));
            assertEquals("/usr/bin/hot-set", reader.memoryMap(2).get(0).path());
            assertEquals(List.of(), reader.memoryMap(3));
        }
    }

    private static void assertSamples(TraceReader reader) throws IOException {
        GoldenTrace maker = GoldenTrace.maker();
        Sample wanted = new Sample();
        Sample read = new Sample();
        long lastNs = 0;
        for (int i = 0; reader.next(read); i++) {
            Samples.assertSame(maker.fill(wanted, i), read, i);
            boolean isSecondHalf = i >= GoldenTrace.SAMPLES / 2;
            assertEquals(isSecondHalf ? GoldenTrace.lastMap() : GoldenTrace.firstMap(), reader.memoryMap(0));
            assertEquals(isSecondHalf ? GoldenTrace.LOST : 0, reader.lost());
            lastNs = read.timeNs();
        }
        assertEquals(GoldenTrace.SAMPLES, reader.samples());
        assertEquals(Optional.of(new TraceTotals(lastNs + 9_973_001, GoldenTrace.SAMPLES, GoldenTrace.LOST)),
                reader.totals());
    }

    static byte[] committed() throws IOException {
        return committed("two-nodes.mbtrace");
    }

    static byte[] committed(String name) throws IOException {
        try (InputStream in = GoldenTraceTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
