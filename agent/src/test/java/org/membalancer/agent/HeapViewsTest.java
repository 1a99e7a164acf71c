// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.agent.heap.Collector;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.policy.AddressRange;

/** The rounds of an agent whose heap is mapped three times, as that of ZGC in JDK 17. */
final class HeapViewsTest {
    private static final long BYTES = 1L << 42;
    private static final long REMAPPED = 4 * BYTES;
    private static final MemoryViews VIEWS = MemoryViews.of(List.of(REMAPPED, BYTES, 2 * BYTES), BYTES);
    private static final AddressRange RESERVED = new AddressRange(REMAPPED, REMAPPED + BYTES, "ZGC heap");
    private static final AddressRange MAPPED = new AddressRange(REMAPPED, REMAPPED + (16 << 20), "");
    private static final long HOT = REMAPPED + (4 << 20);
    private static final int HOT_PAGES = 512;

    private final LogLines lines = new LogLines();
    private final FakeTable table = new FakeTable();
    @TempDir
    private Path directory;
    private FakeMachine machine;
    private FakeSession session;

    /** Hot pages on node 1, used from node 0, a third of each page's accesses through each view, but mapped in one only. */
    private AgentRounds open() throws Exception {
        machine = new FakeMachine(directory, 2);
        machine.mapSeveralTimes(VIEWS, MAPPED);
        machine.place(VIEWS.inView(HOT, 1), HOT_PAGES / 2, 1);
        machine.place(VIEWS.inView(HOT, 2) + HOT_PAGES / 2 * 4096L, HOT_PAGES / 2, 1);
        for (int i = 0; i < HOT_PAGES; i++) {
            table.page(VIEWS.inView(HOT, i % 2) + i * 4096L, machine.nowNs(), 100);
        }
        session = new FakeSession("source made-up", table.open());
        session.moves(machine::moveAsHelper);
        return AgentRounds.open(AgentOptions.parse("", ""), new ModeSwitch(Mode.BALANCE), lines.log(), machine.doors(
                this::connect, new HeapGeometry(Collector.Z, Optional.of(RESERVED), VIEWS, "")));
    }

    private HelperSession connect() throws HelperUnreachable {
        if (!session.isAlive()) {
            throw new HelperUnreachable("no helper", true, new IOException());
        }
        return session;
    }

    private void run(AgentRounds rounds, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            rounds.round();
            machine.passMs(1000);
        }
    }

    private int home() {
        return machine.pagesOn(VIEWS.inView(HOT, 1), HOT_PAGES / 2, 0)
                + machine.pagesOn(VIEWS.inView(HOT, 2) + HOT_PAGES / 2 * 4096L, HOT_PAGES / 2, 0);
    }

    private List<String> linesWith(String text) {
        return lines.lines().stream().filter(line -> line.contains(text)).toList();
    }

    @Test
    void shouldHaveTheHelperMoveThePagesByTheAddressesThatAreMapped() throws Exception {
        AgentRounds rounds = open();
        run(rounds, 5);
        assertEquals(HOT_PAGES, home(), lines.lines().toString());
        assertTrue(linesWith("moved ").get(0).contains("pages: 512 moved"), lines.lines().toString());
        rounds.finish();
        assertEquals(1, linesWith("512 pages asked to move: 512 moved").size(), lines.lines().toString());
    }

    @Test
    void shouldCountPagesThatTheHelperDoesNotMoveAndSayWhyOnce() throws Exception {
        AgentRounds rounds = open();
        session.moves((pid, node, ranges) -> HelperMoves.Answer.tried(Map.of(FakeMachine.EACCES,
                (int) ranges.stream().mapToLong(range -> range.bytes() / 4096).sum())));
        run(rounds, 7);
        assertEquals(0, home());
        assertEquals(1, linesWith("the helper moves no pages of this heap that are mapped several times").size(),
                lines.lines().toString());
        assertEquals(1, linesWith("moved nothing (pages: 512 shared or denied)").size(), lines.lines().toString());
    }

    @Test
    void shouldOnlyReportOnceTheHelperMayNotMove() throws Exception {
        AgentRounds rounds = open();
        session.moves((pid, node, ranges) -> HelperMoves.Answer.failed(FakeMachine.EPERM, "not permitted by the helper"));
        run(rounds, 7);
        assertEquals(0, home());
        assertEquals(1, linesWith("not permitted by the helper, which only it can: the heap is mapped several times")
                .size(), lines.lines().toString());
        assertEquals(1, linesWith("pages cannot be moved: the heap of ZGC is mapped several times, and the helper may "
                + "not move it (it needs CAP_SYS_NICE); mode report instead").size(), lines.lines().toString());
    }

    @Test
    void shouldLoseNothingWhenTheHelperGoesWhileItMoves() throws Exception {
        AgentRounds rounds = open();
        session.moves((pid, node, ranges) -> {
            session.die();
            return HelperMoves.Answer.failed(104, "the helper closed the connection");
        });
        run(rounds, 1);
        assertEquals(1, linesWith("moved nothing (pages: 512 other error)").size(), lines.lines().toString());
        run(rounds, 3);
        assertEquals(1, linesWith("the helper is gone").size(), lines.lines().toString());
        assertEquals(0, home());
        rounds.finish();
        assertEquals(1, linesWith("512 pages asked to move: 512 other error").size(), lines.lines().toString());
    }
}
