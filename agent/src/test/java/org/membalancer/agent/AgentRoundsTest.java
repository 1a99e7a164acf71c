// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.agent.heap.Collector;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.config.ConfigException;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.TierClaim;

/** Heat and placement of a made-up machine: hot pages on node 1, used from node 0. */
final class AgentRoundsTest {
    private static final long HOT_START = FakeMachine.HEAP_START + (32 << 20);
    private static final int HOT_PAGES = 512;
    private static final long OUTSIDE_START = 0x7f0000000000L;
    private static final int OUTSIDE_PAGES = 16;
    private static final int ROUND_MS = 1000;
    private static final long THREAD_KEY = 1L << 32 | 4711;
    /** What a round makes in the interpreter, and less than that and one object for each page. */
    private static final long MOST_GARBAGE_BYTES = 24 << 10;

    private final LogLines lines = new LogLines();
    private final ModeSwitch mode = new ModeSwitch(Mode.BALANCE);
    @TempDir
    private Path directory;
    private FakeMachine machine;
    private FakeSession session;
    private FakeTable threads;
    private boolean helperIsThere = true;

    private AgentRounds open(int nodeCount, HeapGeometry geometry, String options)
            throws IOException, ConfigException, AgentException {
        machine = new FakeMachine(directory, nodeCount);
        int far = nodeCount - 1;
        machine.place(HOT_START, HOT_PAGES, far);
        machine.place(OUTSIDE_START, OUTSIDE_PAGES, far);
        FakeTable table = new FakeTable().recorded(60_000);
        for (int i = 0; i < HOT_PAGES; i++) {
            table.page(HOT_START + i * 4096L, machine.nowNs(), 100);
        }
        for (int i = 0; i < OUTSIDE_PAGES; i++) {
            table.page(OUTSIDE_START + i * 4096L, machine.nowNs(), 500);
        }
        threads = new FakeTable().page(THREAD_KEY << FakeTable.PAGE_SHIFT, machine.nowNs(), 1000);
        session = new FakeSession("source made-up", table.open(), threads.openThreads());
        return AgentRounds.open(AgentOptions.parse("", options), mode, lines.log(),
                machine.doors(this::connect, geometry));
    }

    private HelperSession connect() throws HelperUnreachable {
        if (!helperIsThere) {
            throw new HelperUnreachable("no helper", true, new IOException());
        }
        return session;
    }

    private void run(AgentRounds rounds, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            rounds.round();
            machine.passMs(ROUND_MS);
        }
    }

    private List<String> linesWith(String text) {
        return lines.lines().stream().filter(l -> l.contains(text)).toList();
    }

    @Test
    void shouldMoveHotHeapPagesToTheNodeThatUsesThemAndNothingElse() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        run(rounds, 5);
        assertEquals(HOT_PAGES, machine.pagesOn(HOT_START, HOT_PAGES, 0), lines.lines().toString());
        assertEquals(OUTSIDE_PAGES, machine.pagesOn(OUTSIDE_START, OUTSIDE_PAGES, 1), "not the heap: stays");
        assertEquals("started, mode report, every 1000 ms; G1 heap 0xf0000000-0x100000000 (256.0 MiB); "
                + "nodes with memory 0,1", lines.lines().get(0));
        assertTrue(linesWith("moved ").get(0).matches("moved 2.0 MiB, nodes 1->0 \\(pages: 512 moved.*"),
                lines.lines().toString());
    }

    @Test
    void shouldBringMemoryToWhereItsThreadWasSent() throws Exception {
        Path explained = directory.resolve("explained.json");
        AgentRounds rounds = open(2, FakeMachine.G1, "explain=" + explained);
        for (int round = 0; round < 20; round++) {
            run(rounds, 1);
            threads.more(0, 100, 0);
        }
        assertEquals(HOT_PAGES, machine.pagesOn(HOT_START, HOT_PAGES, 0), "where it ran: " + lines.lines());
        for (int round = 0; round < 5; round++) {
            run(rounds, 1);
            threads.more(0, 0, 100);
        }
        assertEquals(HOT_PAGES, machine.pagesOn(HOT_START, HOT_PAGES, 1), "where it runs now: " + lines.lines());
        assertEquals(1, linesWith("samples from node 0 count for node 1").size(), lines.lines().toString());
        assertTrue(Files.readString(explained).contains("\"notes\":[\"samples from node 0 count for node 1, where the threads"
                + " that they came from run now\"]"), Files.readString(explained).substring(0, 300));
    }

    @Test
    void shouldBeSeenInJmxAndInAFlightRecording() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("org.membalancer:type=Agent");
        Path file = directory.resolve("rounds.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("org.membalancer.Round");
            recording.start();
            AgentRounds rounds = open(2, FakeMachine.G1, "jmx,jfr");
            run(rounds, 5);
            assertEquals(5L, server.getAttribute(name, "Rounds"));
            assertEquals((long) HOT_PAGES, server.getAttribute(name, "PagesMoved"));
            assertEquals("balance", server.getAttribute(name, "Mode"));
            assertEquals(0, ((String[]) server.getAttribute(name, "Obstacles")).length);
            rounds.finish();
            assertFalse(server.isRegistered(name), "nothing is left behind");
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertEquals(5, events.size(), "" + events);
        assertEquals(HOT_PAGES * 4096L, events.stream().mapToLong(event -> event.getLong("movedBytes")).sum());
        assertEquals(HOT_PAGES + OUTSIDE_PAGES, events.get(0).getInt("pages"));
    }

    @Test
    void shouldMoveNothingInModeReport() throws Exception {
        mode.set(Mode.REPORT);
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        run(rounds, 5);
        rounds.finish();
        assertEquals(0, machine.callsWithTargets());
        assertEquals(0, machine.callsForOwnMemory());
        assertEquals(0, machine.threads().pins());
        assertEquals(HOT_PAGES, machine.pagesOn(HOT_START, HOT_PAGES, 1));
    }

    @Test
    void shouldMeasureLatenciesOnlyWhileTheModeIsBalance() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        run(rounds, 2);
        int moves = machine.callsForOwnMemory();
        int pins = machine.threads().pins();
        assertTrue(moves > 0 && pins > 0, moves + " moves, " + pins + " pins");
        mode.set(Mode.REPORT);
        run(rounds, 3);
        assertEquals(moves, machine.callsForOwnMemory());
        assertEquals(pins, machine.threads().pins());
    }

    @ParameterizedTest
    @ValueSource(strings = {"report", "balance"})
    void shouldGoOnWithoutTiersThatCannotBeRead(String started) throws Exception {
        mode.set(started.equals("report") ? Mode.REPORT : Mode.BALANCE);
        Path tier = directory.resolve("sys/devices/virtual/memory_tiering/memory_tier4");
        Files.createDirectories(tier);
        Files.writeString(tier.resolve("nodelist"), "none such\n");
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        run(rounds, 5);
        rounds.finish();
        assertEquals(1, linesWith("the machine's tiers cannot be read, so there are none: " + tier).size(),
                lines.lines().toString());
        assertEquals(HOT_PAGES, machine.pagesOn(HOT_START, HOT_PAGES, started.equals("report") ? 1 : 0));
    }

    @Test
    void shouldFollowTheModeWhileItRuns() throws Exception {
        mode.set(Mode.REPORT);
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        run(rounds, 2);
        assertEquals(0, machine.callsWithTargets());
        mode.set(Mode.BALANCE);
        run(rounds, 3);
        assertEquals(HOT_PAGES, machine.pagesOn(HOT_START, HOT_PAGES, 0));
    }

    @Test
    void shouldMoveNothingWhileItSumsUp() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        rounds.round();
        int before = machine.callsWithTargets();
        machine.place(HOT_START, HOT_PAGES, 1);
        machine.passMs(60 * ROUND_MS);
        rounds.finish();
        assertEquals(before, machine.callsWithTargets());
        assertTrue(session.isClosed());
    }

    @Test
    void shouldSayThatOneNodeLeavesNothingToBalanceAndStillReport() throws Exception {
        Path report = directory.resolve("heat.json");
        AgentRounds rounds = open(1, FakeMachine.G1, "report=" + report);
        run(rounds, 3);
        rounds.finish();
        assertEquals(0, machine.callsWithTargets());
        assertEquals(List.of("only one node has memory: there is nothing to balance; mode report instead"),
                linesWith("only one node"));
        assertTrue(Files.readString(report).contains("0xf2000000"), Files.readString(report));
    }

    @Test
    void shouldSayAtTheStartThatTheReportCannotBeWritten() throws Exception {
        Path missing = directory.resolve("none");
        open(2, FakeMachine.G1, "report=" + missing.resolve("heat.json"));
        assertEquals(List.of("the report cannot be written to " + missing.resolve("heat.json")
                + " at the end: there is no folder " + missing), linesWith("cannot be written"));
    }

    @Test
    void shouldSayAtTheStartThatTheReportsNameIsAFolders() throws Exception {
        open(2, FakeMachine.G1, "report=" + directory);
        assertEquals(List.of("the report cannot be written to " + directory + " at the end: it is a folder"),
                linesWith("cannot be written"));
    }

    @Test
    void shouldNotMoveToANodeOutsideTheCpuset() throws Exception {
        AgentRounds rounds = open(3, FakeMachine.G1, "");
        machine.allowMemory("1-2");
        machine.passMs(60 * ROUND_MS); // so that it is looked at again
        run(rounds, 5);
        assertEquals(0, machine.pagesOn(HOT_START, HOT_PAGES, 0), lines.lines().toString());
    }

    @Test
    void shouldLeaveOthersTheirShareOfTheFastestTier() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "policy=tier,tiers=fast:0; slow:1");
        session.otherClaims(new TierClaim(2L << 30, 1_000_000_000));
        run(rounds, 20);
        assertEquals(0, machine.pagesOn(HOT_START, HOT_PAGES, 0), "others use it far more: " + lines.lines());
        TierClaim claim = session.claimed().get(0);
        assertTrue(claim.bytes() > 0 && claim.bytes() <= (HOT_PAGES + OUTSIDE_PAGES) * 4096, "" + claim);
        assertTrue(claim.accessesPerSecond() > 0, "" + claim);
        assertEquals(4, session.claimed().size(), "every five seconds");
    }

    @Test
    void shouldTakeItsClaimBackOnceItOnlyReports() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "policy=tier,tiers=fast:0; slow:1");
        run(rounds, 3);
        assertEquals(1, session.claimed().size(), "" + session.claimed());
        mode.set(Mode.REPORT);
        run(rounds, 20);
        assertEquals(List.of(new TierClaim(0, 0)), session.claimed().subList(1, session.claimed().size()));
        mode.set(Mode.BALANCE);
        run(rounds, 1);
        assertTrue(session.claimed().get(2).bytes() > 0, "" + session.claimed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "tier"})
    void shouldSayInOneLineThatATierHasANodeThatIsNotThere(String policy) throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "policy=" + policy + ",tiers=fast:0; slow:7");
        run(rounds, 3);
        rounds.finish();
        assertEquals(0, machine.callsWithTargets());
        assertEquals(List.of("tier slow has node 7, which has no memory here that may be used: nodes that have are 0-1; "
                + "mode report instead"), linesWith("mode report instead"));
    }

    @Test
    void shouldPromoteToTheTierThatTheUserNames() throws Exception {
        Path tiers = Files.writeString(directory.resolve("tiers.properties"),
                "tiers=fast,slow\nfast.nodes=0\nslow.nodes=1\nslow.promote=fast:100%:256KiB\n");
        AgentRounds rounds = open(2, FakeMachine.G1, "policy=tier,tiers=@" + tiers);
        run(rounds, 1);
        assertEquals(64, machine.pagesOn(HOT_START, HOT_PAGES, 0), "256 KiB: " + lines.lines());
    }

    @Test
    void shouldReportButNotMoveTheHeapOfAnotherCollector() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.UNMOVED, "");
        run(rounds, 3);
        rounds.finish();
        assertEquals(0, machine.callsWithTargets());
        assertEquals(List.of("nothing is moved: Epsilon; mode report instead"), linesWith("nothing is moved"));
        assertEquals(1, linesWith("summary: 3 rounds, 60000 samples of this JVM recorded").size(),
                lines.lines().toString());
    }

    @Test
    void shouldSayThatAHeapOfPoolPagesOrOfAFileStays() throws Exception {
        AgentRounds rounds = open(2, new HeapGeometry(Collector.Z,
                Optional.of(new AddressRange(1L << 42, 1L << 43, "ZGC heap")), ""), "");
        run(rounds, 3);
        assertEquals(0, machine.callsWithTargets());
        assertEquals(List.of("nothing is moved: the heap of ZGC is neither private memory nor a memory file of this "
                + "JVM's own, as with huge pages of the pool or -XX:AllocateHeapAt; mode report instead"),
                linesWith("nothing is moved"));
    }

    @Test
    void shouldFallBackToReportWhenMovingIsRefused() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        machine.refuseMoves(FakeMachine.EPERM);
        run(rounds, 7);
        rounds.finish();
        assertEquals(1, machine.callsWithTargets(), "not tried again");
        assertEquals(List.of("pages cannot be moved: move_pages failed with errno 1 (in a container, allow it in the "
                + "seccomp profile); mode report instead"), linesWith("move_pages"));
    }

    @Test
    void shouldGoOnWhenTheKernelOnceCannotSayWherePagesLie() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        machine.refuseProbe(FakeMachine.ENOMEM);
        run(rounds, 3);
        assertEquals(0, machine.callsWithTargets());
        machine.refuseProbe(0);
        run(rounds, 5);
        assertEquals(HOT_PAGES, machine.pagesOn(HOT_START, HOT_PAGES, 0), lines.lines().toString());
        assertEquals(List.of("nothing was planned: the kernel did not say where pages lie (move_pages: errno 12), and "
                + "is asked again"), linesWith("nothing was planned"));
    }

    @Test
    void shouldSayAtStartThatMovePagesIsForbidden() throws Exception {
        machine = new FakeMachine(directory, 2);
        machine.refuseProbe(FakeMachine.EPERM);
        AgentRounds rounds = AgentRounds.open(AgentOptions.parse("", ""), mode, lines.log(),
                machine.doors(() -> new FakeSession("made-up", new FakeTable().open()), FakeMachine.G1));
        run(rounds, 3);
        rounds.finish();
        assertEquals(List.of("pages can be neither moved nor asked for their nodes: move_pages failed with errno 1 "
                + "(in a container, allow it in the seccomp profile); mode report instead"), linesWith("move_pages"));
    }

    @Test
    void shouldGoOnWithoutAHelperAndReportWhatItKnew() throws Exception {
        Path report = directory.resolve("heat.json");
        AgentRounds rounds = open(2, FakeMachine.G1, "report=" + report);
        run(rounds, 2);
        session.die();
        helperIsThere = false;
        int before = machine.callsWithTargets();
        machine.place(HOT_START, HOT_PAGES, 1);
        run(rounds, 40);
        assertEquals(before, machine.callsWithTargets(), "no decisions on old heat");
        rounds.finish();
        assertEquals(1, linesWith("the helper is gone").size(), lines.lines().toString());
        assertTrue(Files.readString(report).contains("heat is from its last samples"), Files.readString(report));
        assertEquals(1, linesWith("1009 samples seen").size(), lines.lines().toString());
    }

    @Test
    void shouldWriteAReportEvenWhenThereNeverWasAHelper() throws Exception {
        helperIsThere = false;
        Path report = directory.resolve("heat.json");
        AgentRounds rounds = open(2, FakeMachine.G1, "report=" + report);
        run(rounds, 10);
        rounds.finish();
        assertTrue(Files.readString(report).contains("no helper was found"), Files.readString(report));
        assertEquals(1, linesWith("no helper;").size(), lines.lines().toString());
    }

    @Test
    void shouldSayInOneLineThatTheReportCannotBeWritten() throws Exception {
        AgentRounds rounds = open(2, FakeMachine.G1, "report=" + directory.resolve("none/heat.json"));
        rounds.round();
        rounds.finish();
        Path report = directory.resolve("none/heat.json");
        assertEquals(List.of("the report cannot be written to " + report + ": no such file"), linesWith(report + ": "));
        assertFalse(Files.exists(directory.resolve("none")));
    }

    @Test
    void shouldMakeLittleGarbageInSteadyState() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AgentRounds rounds = open(2, FakeMachine.G1, "");
        run(rounds, 20); // moves everything, and warms up
        int roundCount = 1000;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < roundCount; i++) {
            rounds.round();
        }
        long bytesPerRound = (threads.getCurrentThreadAllocatedBytes() - before) / roundCount;
        assertTrue(bytesPerRound <= MOST_GARBAGE_BYTES, "bytes per round: " + bytesPerRound);
    }
}
