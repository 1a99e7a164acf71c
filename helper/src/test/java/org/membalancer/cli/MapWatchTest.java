// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.trace.TraceProcess;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.core.trace.TraceWriter;

class MapWatchTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TraceWriter writer = TraceWriter.of(bytes, RecordedProcessesTest.header());
    private final Map<Integer, List<MemoryRegion>> maps = new HashMap<>();
    private final List<Integer> asked = new ArrayList<>();
    private final Set<RecordedProcess> gone = new HashSet<>();
    private final MapWatch watch = new MapWatch(this::read, process -> !gone.contains(process), 3);

    MapWatchTest() throws IOException {
    }

    @Test
    void shouldWriteAMapWhenItChanges() throws IOException {
        RecordedProcess process = added(0, 100);
        maps.put(100, map(1));
        watch.look(writer, SECOND_NS);
        long one = writer.bytes();
        watch.look(writer, SECOND_NS + 1);
        assertEquals(List.of(100), asked, "not its turn yet");
        watch.look(writer, 2 * SECOND_NS);
        assertEquals(one, writer.bytes(), "the same map");
        maps.put(100, map(2));
        watch.look(writer, 3 * SECOND_NS);
        assertTrue(writer.bytes() > one && process.hasMap());
        assertEquals(map(2), written(0));
    }

    @Test
    void shouldNotTakeTheMapOfAnotherProgram() throws IOException {
        RecordedProcess process = added(0, 100);
        maps.put(100, map(1));
        watch.look(writer, SECOND_NS);
        gone.add(process);
        maps.put(100, map(2));
        watch.look(writer, 2 * SECOND_NS);
        watch.lookAtAll(writer, 2 * SECOND_NS);
        assertEquals(map(1), written(0));
    }

    @Test
    void shouldLookAtNewcomersFirstAndNeverAtThoseThatEnded() throws IOException {
        added(0, 100);
        watch.look(writer, SECOND_NS);
        added(1, 101).end();
        added(2, 102);
        watch.look(writer, 2 * SECOND_NS);
        assertEquals(List.of(100, 102, 100), asked);
    }

    @Test
    void shouldWatchSoManyAtMost() throws IOException {
        List<RecordedProcess> processes = List.of(added(0, 100), added(1, 101), added(2, 102), added(3, 103));
        assertFalse(processes.get(3).isWatched());
        watch.remove(processes.get(3));
        watch.remove(processes.get(0));
        assertTrue(added(4, 104).isWatched());
        assertFalse(added(5, 105).isWatched());
        watch.look(writer, SECOND_NS);
        assertEquals(List.of(100, 101, 102, 104), asked);
    }

    @Test
    void shouldSpendABoundedPartOfTheTime() throws IOException {
        MapWatch slow = new MapWatch(pid -> {
            asked.add(pid);
            long untilNs = System.nanoTime() + 260_000_000; // more than may be spent at once
            while (System.nanoTime() < untilNs) {
                Thread.onSpinWait();
            }
            return map(1);
        }, process -> true, 3);
        for (int i = 0; i < 3; i++) {
            slow.add(process(i, 100 + i));
        }
        slow.look(writer, SECOND_NS);
        assertEquals(List.of(100), asked);
        slow.look(writer, SECOND_NS + 50_000_000);
        assertEquals(List.of(100), asked, "50 ms bring 2.5 ms, and 10 are owed");
        slow.look(writer, 3600 * SECOND_NS);
        assertEquals(List.of(100, 101), asked, "an hour brings no more than may be spent at once");
    }

    private RecordedProcess added(int tag, int pid) {
        RecordedProcess process = process(tag, pid);
        watch.add(process);
        return process;
    }

    private static RecordedProcess process(int tag, int pid) {
        return new RecordedProcess(0, tag, new TraceProcess(tag, pid, 1, true, 0, "x"), false);
    }

    private List<MemoryRegion> read(int pid) throws IOException {
        asked.add(pid);
        return maps.getOrDefault(pid, List.of());
    }

    private static List<MemoryRegion> map(int pages) {
        return List.of(new MemoryRegion(0x1000, 0x1000 + pages * 0x1000L, true, true, false, false, "/bin/x"));
    }

    private List<MemoryRegion> written(int tag) throws IOException {
        writer.finish(SECOND_NS * 10);
        try (TraceReader reader = TraceReader.of("t", new ByteArrayInputStream(bytes.toByteArray()))) {
            assertFalse(reader.next(new Sample()));
            return reader.memoryMap(tag);
        }
    }
}
