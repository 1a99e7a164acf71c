// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;
import org.membalancer.core.trace.TraceHeader;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.core.trace.TraceWriter;

class RecordedProcessesTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TraceWriter writer = TraceWriter.of(bytes, header());
    private final FakePlaces first = new FakePlaces();
    private final FakePlaces second = new FakePlaces();
    private final Map<Integer, List<MemoryRegion>> maps = new HashMap<>();

    RecordedProcessesTest() throws IOException {
    }

    @Test
    void shouldGiveEachProcessATagOfItsOwnAcrossGroups() throws IOException {
        first.enter(4, 100, "one");
        second.enter(4, 200, "two");
        RecordedProcesses processes = open();
        second.enter(5, 201, "three");
        assertEquals(0, processes.tagOf(0, sample(4, 100), 1));
        assertEquals(1, processes.tagOf(1, sample(4, 200), 1));
        assertEquals(2, processes.tagOf(1, sample(5, 201), 1));
        assertEquals(0, processes.tagOf(0, sample(4, 100), 1));
        assertEquals(3, processes.count());
        assertEquals(List.of("0 100 one alive", "1 200 two alive", "2 201 three alive"), written());
    }

    @Test
    void shouldTellAProcessFromTheOneThatGetsItsPlaceTagOrPid() throws IOException {
        first.enter(1, 100, "one");
        RecordedProcesses processes = open();
        first.leave(1);
        assertEquals(0, processes.tagOf(0, sample(1, 100), 1), "its last samples may come after its end");
        processes.look(2);
        first.enter(5, 100, "same pid");
        assertEquals(1, processes.tagOf(0, sample(5, 100), 3));
        first.leave(5);
        first.enter(9, 101, "never sampled");
        first.leave(9);
        first.enter(1, 102, "same tag");
        assertEquals(2, processes.tagOf(0, sample(1, 102), 4));
        processes.look(5);
        assertEquals(List.of("0 100 one ended", "1 100 same pid ended", "2 102 same tag alive"), written());
    }

    @Test
    void shouldTakeAProcessThatIsInTwoGroupsFromOne() throws IOException {
        first.enter(1, 100, "both");
        second.enter(2, 100, "both");
        RecordedProcesses processes = open();
        assertEquals(RecordedProcesses.TAKEN_ELSEWHERE, processes.tagOf(1, sample(2, 100), 1));
        assertEquals(0, processes.tagOf(0, sample(1, 100), 1));
        first.leave(1); // it runs another program: a new tag in both groups, of which the second one is seen first
        second.leave(2);
        first.enter(6, 100, "exec");
        second.enter(3, 100, "exec");
        assertEquals(1, processes.tagOf(1, sample(3, 100), 2));
        assertEquals(RecordedProcesses.TAKEN_ELSEWHERE, processes.tagOf(0, sample(6, 100), 2));
        assertEquals(RecordedProcesses.TAKEN_ELSEWHERE, processes.tagOf(1, sample(2, 100), 2), "one that came late");
        assertEquals(0, processes.tagOf(0, sample(1, 100), 2), "the same");
        processes.look(3);
        assertEquals(List.of("0 100 both ended", "1 100 exec alive"), written());
    }

    @Test
    void shouldKnowOnlyThePidOfAProcessWhosePlaceWasGivenAway() throws IOException {
        RecordedProcesses processes = open();
        first.enter(5, 300, "later");
        assertEquals(0, processes.tagOf(0, sample(1, 299), 1));
        processes.finish(2);
        assertEquals(List.of("0 299  ended"), written());
        assertEquals(1, processes.withoutMap());
    }

    @Test
    void shouldCountThoseThatEndWithoutAMap() throws IOException {
        maps.put(100, List.of(new MemoryRegion(1, 2, true, true, false, false, "/bin/a")));
        first.enter(1, 100, "a");
        first.enter(2, 200, "b"); // has no map: it is ending
        RecordedProcesses processes = open();
        processes.look(1);
        first.leave(1);
        first.leave(2);
        first.enter(3, 300, "c");
        processes.tagOf(0, sample(3, 300), 2);
        processes.look(3);
        assertEquals(1, processes.withoutMap());
        processes.finish(4);
        assertEquals(2, processes.withoutMap(), "c is alive, and has none either");
        written();
    }

    private RecordedProcesses open() throws IOException {
        return new RecordedProcesses(List.of(first, second), writer, pid -> maps.getOrDefault(pid, List.of()), 0);
    }

    /** The processes as the trace has them in the end. */
    private List<String> written() throws IOException {
        writer.finish(10);
        try (TraceReader reader = TraceReader.of("t", new ByteArrayInputStream(bytes.toByteArray()))) {
            reader.forEach(sample -> { });
            return reader.processes().values().stream().map(p -> p.tag() + " " + p.tgid() + " " + p.command() + " "
                    + (p.isAlive() ? "alive" : "ended")).toList();
        }
    }

    private static Sample sample(int tag, int tgid) {
        return new Sample().by(tag, tgid, tgid);
    }

    static TraceHeader header() {
        return new TraceHeader(0, 0, 12, "soft", 997, "test", "test",
                new Topology(List.of(new Node(0, new BitSet(), 1, 1)), new int[][] {{10}}));
    }
}
