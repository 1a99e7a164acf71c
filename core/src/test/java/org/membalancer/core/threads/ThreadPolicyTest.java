// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

/** Nodes 0 and 1 have CPUs 0-3 and 4-7; node 2 has memory only and is nearer to node 1. */
class ThreadPolicyTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Topology THREE = Topologies.withMemoryOnlyNode();

    private final ThreadPolicy policy = new ThreadPolicy(ThreadRules.process());

    @Test
    void shouldMoveAThreadToTheNodeOfItsMemory() throws IOException {
        ThreadPlan plan = policy.plan(0, List.of(use(11, 0, "0-7", 3, 97, 0)), idle(), THREE);
        assertEquals(List.of(new ThreadMove(11, 0, 1, CpuList.parse("4-7"), 0.97, 100)), plan.moves());
    }

    @Test
    void shouldLeaveThreadsThatAreAtHomeOrUnclear() throws IOException {
        ThreadPlan plan = policy.plan(0, List.of(use(11, 1, "0-7", 3, 97, 0), use(13, 0, "0-7", 45, 55, 0),
                use(17, 0, "0-7", 1, 6, 0), use(19, 0, "0-7", 0, 0, 0)), idle(), THREE);
        assertEquals(List.of(), plan.moves());
        assertEquals(Map.of(11, ThreadStay.AT_HOME, 13, ThreadStay.NOT_SURE, 17, ThreadStay.NOT_SURE, 19,
                ThreadStay.NOT_SURE), plan.stays());
    }

    @Test
    void shouldNeverWidenWhatTheOwnerAllows() throws IOException {
        ThreadPlan plan = policy.plan(0,
                List.of(use(11, 0, "0-3", 0, 100, 0), use(13, 0, "2-5", 0, 100, 0)), idle(), THREE);
        assertEquals(List.of(new ThreadMove(13, 0, 1, CpuList.parse("4-5"), 1, 100)), plan.moves());
        assertEquals(Map.of(11, ThreadStay.NOT_ALLOWED), plan.stays());
    }

    @Test
    void shouldGiveEachIdleCpuToOneThreadAndNoneOfALoadedNode() throws IOException {
        List<ThreadUse> uses = new ArrayList<>();
        for (int tid = 1; tid <= 7; tid++) {
            uses.add(use(tid, 0, "0-7", 0, 100 + tid, 0));
        }
        ThreadPlan plan = policy.plan(0, uses, idle(), THREE);
        assertEquals(List.of(7, 6, 5, 4), plan.moves().stream().map(ThreadMove::tid).toList(), "four CPUs, most first");
        assertEquals(Map.of(ThreadStay.NODE_BUSY, 3), plan.staysByReason());
        ThreadPlan loaded = policy.plan(0, uses, load(10, 10, 10, 10, 90, 95, 95, 10), THREE);
        assertEquals(List.of(), loaded.moves(), "node 1 is busy for 72 % of the time");
    }

    @Test
    void shouldTakeTheNearestNodeWithCpusForMemoryOnANodeWithout() throws IOException {
        ThreadPlan plan = policy.plan(0, List.of(use(11, 0, "0-7", 1, 1, 98), use(13, 1, "0-7", 1, 1, 98)), idle(),
                THREE);
        assertEquals(List.of(new ThreadMove(11, 0, 1, CpuList.parse("4-7"), 0.98, 100)), plan.moves());
        assertEquals(Map.of(13, ThreadStay.NOT_ALLOWED), plan.stays());
    }

    @Test
    void shouldHoldAThreadAfterAMoveAndLongerAfterOneBack() throws IOException {
        policy.moved(new ThreadMove(11, 0, 1, CpuList.parse("4-7"), 1, 100), 0);
        List<ThreadUse> back = List.of(use(11, 1, "0-7", 100, 0, 0));
        assertEquals(Map.of(11, ThreadStay.HELD), policy.plan(19 * SECOND_NS, back, idle(), THREE).stays());
        ThreadPlan later = policy.plan(21 * SECOND_NS, back, idle(), THREE);
        assertEquals(1, later.moves().size(), "plan: " + later);
        policy.moved(later.moves().get(0), 21 * SECOND_NS);
        List<ThreadUse> forth = List.of(use(11, 0, "0-7", 0, 100, 0));
        assertEquals(Map.of(11, ThreadStay.HELD), policy.plan(60 * SECOND_NS, forth, idle(), THREE).stays());
        assertEquals(1, policy.plan(62 * SECOND_NS, forth, idle(), THREE).moves().size());
    }

    @Test
    void shouldMoveNoMoreThanTheBudget() throws IOException {
        List<ThreadUse> uses = new ArrayList<>();
        for (int tid = 1; tid <= 11; tid++) {
            uses.add(use(tid, 0, "0-79", 0, 100, 0));
        }
        ThreadPlan plan = new ThreadPolicy(new ThreadRules(16, 0.5, 2, 0.7, 2, 2, 0.3, SECOND_NS))
                .plan(0, uses, idle(), THREE);
        assertEquals(3, plan.moves().size(), "30 % of 11: " + plan);
        assertEquals(Map.of(ThreadStay.OVER_BUDGET, 8), plan.staysByReason());
    }

    @Test
    void shouldCountACpuAsBusyUntilItWasReadTwice() throws IOException {
        CpuLoad load = new CpuLoad();
        load.read(stat(0, 100, 1));
        assertEquals(0, load.idleShare(1), "one reading says nothing");
        IOException e = assertThrows(IOException.class, () -> load.read(new StringReader("cpu0 1 2\n")));
        assertEquals("not a line of /proc/stat: 'cpu0 1 2'", e.getMessage());
    }

    @Test
    void shouldNotSendThreadsOfTwoProcessesToOneIdleCpu() throws IOException {
        CpuLoad shared = load(90, 90, 90, 0, 90, 90, 90, 90);
        assertEquals(CpuList.parse("3"), shared.idle(CpuList.parse("0-7")));
        shared.take(CpuList.parse("0-3"));
        shared.take(CpuList.parse("0-3"));
        assertEquals(CpuList.parse(""), shared.idle(CpuList.parse("0-7")), "the one is taken until the next reading");
    }

    private static CpuLoad idle() throws IOException {
        return load(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** CPUs that were busy for so many per cent of the time. */
    private static CpuLoad load(int... busyPercents) throws IOException {
        CpuLoad load = new CpuLoad();
        StringBuilder first = new StringBuilder("cpu  1 1 1 1 1 1 1 1 0 0\n");
        StringBuilder second = new StringBuilder();
        for (int cpu = 0; cpu < busyPercents.length; cpu++) {
            first.append("cpu").append(cpu).append(" 100 0 0 100 0 0 0 0 0 0\n");
            second.append("cpu").append(cpu).append(' ').append(100 + busyPercents[cpu]).append(" 0 0 ")
                    .append(150 - busyPercents[cpu]).append(" 50 0 0 0 0 0\n");
        }
        load.read(new StringReader(first.toString()));
        load.read(new StringReader(second.toString()));
        return load;
    }

    private static StringReader stat(int cpu, int ticks, int count) {
        return new StringReader("cpu" + cpu + " " + ticks + " 0 0 " + ticks + " 0 0 0 0 0 0\nintr " + count + "\n");
    }

    private static ThreadUse use(int tid, int cpuNodeId, String allowed, double... byMemoryNode) {
        List<Double> byCpuNode = new ArrayList<>(List.of(0.0, 0.0, 0.0));
        byCpuNode.set(cpuNodeId, 50.0);
        List<Double> memory = new ArrayList<>();
        for (double samples : byMemoryNode) {
            memory.add(samples);
        }
        return new ThreadUse(tid, byCpuNode, memory, CpuList.parse(allowed));
    }
}
