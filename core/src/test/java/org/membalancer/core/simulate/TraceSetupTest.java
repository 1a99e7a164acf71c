// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;
import org.membalancer.core.trace.TraceHeader;
import org.membalancer.core.trace.TraceWriter;

class TraceSetupTest {
    private static final long START_NS = 5_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long BASE = 0x7f00_0000_0000L;
    private static final int SECONDS = 40;
    private static final int RATE_HZ = 1000;
    private static final int HOT_PAGES = 300;

    @TempDir
    private Path directory;

    /** One thread on node 1 uses memory that lies on node 0. */
    private Path trace(int cpuNode, int flags) throws IOException {
        return trace(cpuNode, flags, SECOND_NS / RATE_HZ, 1);
    }

    private Path trace(int cpuNode, int flags, long apartNs, int weight) throws IOException {
        return trace(cpuNode, flags, apartNs, weight, 0);
    }

    /** With a silence in the middle. */
    private Path trace(int cpuNode, int flags, long apartNs, int weight, long silenceNs) throws IOException {
        Path file = directory.resolve("trace");
        TraceHeader header = new TraceHeader(START_NS, 0, 12, "soft", RATE_HZ, "test", "test", Topologies.two());
        Random random = new Random(1);
        try (TraceWriter writer = TraceWriter.create(file, header)) {
            Sample sample = new Sample();
            for (int i = 0; i < SECONDS * RATE_HZ; i++) {
                long timeNs = START_NS + i * apartNs + (i < SECONDS * RATE_HZ / 2 ? 0 : silenceNs);
                writer.sample(sample.clear().at(timeNs, BASE + random.nextInt(HOT_PAGES) * 4096L + 8, 0x1000)
                        .by(0, 7, 8).nodes(cpuNode, 0).kind(flags, 8, weight));
            }
            writer.finish(START_NS + SECONDS * SECOND_NS + silenceNs);
        }
        return file;
    }

    @Test
    void shouldTakeATraceForAWorkload() throws IOException {
        TraceSetup trace = TraceSetup.read(trace(1, Sample.LOAD), Optional.empty());
        assertEquals(SECONDS * RATE_HZ, trace.samples());
        assertEquals(512, trace.pages(), "one block of 2 MiB");
        assertEquals(SECONDS, trace.seconds(), 1.0);
        Workload workload = trace.setup().workload();
        assertEquals(1, workload.threads());
        assertEquals(Ground.THREAD_RATE, workload.phases().get(3).accessesPerSecond(), 1e-6);
    }

    @Test
    void shouldCountWeightsBeyondThirtyTwoBits() throws IOException {
        int weight = 65535;
        TraceSetup trace = TraceSetup.read(trace(1, Sample.LOAD, 1, weight), Optional.empty());
        double expected = (double) weight * SECONDS * RATE_HZ * Ground.THREAD_RATE / RATE_HZ / trace.seconds();
        assertEquals(expected, trace.setup().workload().phases().get(0).accessesPerSecond(), 1e-6 * expected);
    }

    @Test
    void shouldGoThroughASilence() throws IOException {
        Path file = trace(1, Sample.LOAD, SECOND_NS / RATE_HZ, 1, 5 * SECOND_NS);
        TraceSetup trace = TraceSetup.read(file, Optional.empty());
        assertEquals(SECONDS + 5, trace.seconds(), 1.0);
        assertEquals(0, trace.setup().workload().phases().get(SECONDS / 2 + 2).accessesPerSecond());
        List<Contender> all = List.of(Contender.values());
        for (Comparison.Row row : Comparison.of("trace", trace, all, SimulationSettings.defaults(), () -> 0).rows()) {
            assertEquals(SECONDS * Ground.THREAD_RATE, row.cost().accesses(), 1, "" + row);
        }
    }

    @Test
    void shouldMeasureEachRun() throws IOException {
        TraceSetup trace = TraceSetup.read(trace(1, Sample.LOAD), Optional.empty());
        long[] nowNs = {7};
        Comparison comparison = Comparison.of("trace", trace, List.of(Contender.NONE, Contender.ORACLE, Contender.TPP),
                SimulationSettings.defaults(), () -> nowNs[0] *= 11);
        assertEquals(List.of(7 * 11L * 11 * 11 * 10, 7 * 11L * 10, 7 * 11L * 11 * 11 * 11 * 11 * 10),
                comparison.rows().stream().map(Comparison.Row::elapsedNs).toList());
    }

    @Test
    void shouldShowWhatEachPolicyMakesOfIt() throws IOException {
        TraceSetup trace = TraceSetup.read(trace(1, Sample.LOAD), Optional.empty());
        List<Contender> contenders = List.of(Contender.NONE, Contender.AUTO);
        Comparison comparison = Comparison.of("trace", trace, contenders, SimulationSettings.defaults(), () -> 0);
        assertTrue(comparison.latencyRatio(comparison.rows().get(0)) > 1.5, "" + comparison);
        assertTrue(comparison.latencyRatio(comparison.rows().get(1)) < 1.1, "" + comparison);
        assertEquals(comparison, Comparison.of("trace", trace, contenders, SimulationSettings.defaults(), () -> 0),
                "the same trace, the same result");
    }

    @Test
    void shouldSkipCodeAndWhatThreadsWaitedFor() throws IOException {
        Path stalls = trace(1, Sample.LOAD | Sample.STALL);
        IOException e = assertThrows(IOException.class, () -> TraceSetup.read(stalls, Optional.empty()));
        assertEquals(stalls + ": no sample of data: there is nothing to simulate", e.getMessage());
    }

    @Test
    void shouldSayWhichNodeAnotherMachineLacks() throws IOException {
        Path file = trace(1, Sample.LOAD);
        Topology one = Topologies.of(new int[][] {{10}}, Topologies.NODE_BYTES, 0);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> TraceSetup.read(file, Optional.of(Machine.of(one))));
        assertEquals("the trace has threads on node 1, which this machine does not have", e.getMessage());
    }
}
