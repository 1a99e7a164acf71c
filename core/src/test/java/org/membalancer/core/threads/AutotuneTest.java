// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.policy.MoveCosts;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.CpuList;

/** One thread, which ran mostly on node 0 or on both, and whose memory lies on node 1. */
class AutotuneTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int LITTLE_PAGES = 256; // 1 MiB: 2.6 ms at the default cost, less than a thread's 3.3 ms
    private static final int MUCH_PAGES = 512;
    private static final int TID = 273;

    private final Autotune autotune = new Autotune();

    @Test
    void shouldMoveTheThreadToMuchMemoryAndLittleMemoryToTheThread() {
        assertEquals(Map.of(), stays(0, MUCH_PAGES, 50, 0));
        assertEquals(Map.of(TID, ThreadStay.MEMORY_CHEAPER), stays(0, LITTLE_PAGES, 50, 0));
    }

    @Test
    void shouldNotPinAThreadToLittleMemoryAfterTheSchedulerSentItAwayForAMoment() {
        assertEquals(Map.of(TID, ThreadStay.MEMORY_CHEAPER), stays(SECOND_NS, LITTLE_PAGES, 30, 10));
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(2 * SECOND_NS, LITTLE_PAGES, 58, 42));
        assertEquals(Map.of(TID, ThreadStay.MEMORY_CHEAPER), stays(3 * SECOND_NS, LITTLE_PAGES, 70, 30));
    }

    @Test
    void shouldMoveAThreadThatWandersForLongToItsMemory() {
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(SECOND_NS, LITTLE_PAGES, 58, 42));
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(18 * SECOND_NS, LITTLE_PAGES, 52, 48));
        assertEquals(Map.of(), stays(19 * SECOND_NS, LITTLE_PAGES, 52, 48), "after two half-lives of heat");
    }

    @Test
    void shouldCountAnewOnceAThreadHasRunOnOneNodeMostly() {
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(SECOND_NS, LITTLE_PAGES, 58, 42));
        assertEquals(Map.of(TID, ThreadStay.MEMORY_CHEAPER), stays(10 * SECOND_NS, LITTLE_PAGES, 80, 20));
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(20 * SECOND_NS, LITTLE_PAGES, 58, 42));
    }

    @Test
    void shouldNotWaitWhereAllMemoryWouldBeTooDear() {
        assertEquals(Map.of(), stays(0, MUCH_PAGES, 58, 42));
    }

    @Test
    void shouldNotWaitForAThreadWhoseMemoryOthersUse() {
        assertEquals(Map.of(), choose(0, LITTLE_PAGES, new int[] {58, 42}, List.of(100.0, 0.0)).stays());
    }

    /** Of the thread, when its accesses from each node are the only ones. */
    private Map<Integer, ThreadStay> stays(long nowNs, int pages, int onNode0, int onNode1) {
        return choose(nowNs, pages, new int[] {onNode0, onNode1}, List.of((double) onNode0, (double) onNode1)).stays();
    }

    private ThreadPlan choose(long nowNs, int pages, int[] accessesOfEachPage, List<Double> byCpuNode) {
        HeatSnapshot heat = new HeatSnapshot(pages, 2);
        heat.begin(nowNs, 12, 33);
        for (int page = 0; page < pages; page++) {
            heat.add(PageHeat.of(0x7f00_0000L + page, accessesOfEachPage));
        }
        Residency residency = new Residency(pages);
        residency.begin(pages);
        for (int page = 0; page < pages; page++) {
            residency.set(page, 1);
        }
        ThreadUse use = new ThreadUse(TID, byCpuNode, List.of(0.0, 100.0), CpuList.parse("0-3"));
        ThreadMove move = new ThreadMove(TID, 0, 1, CpuList.parse("2-3"), 1, 100);
        return autotune.choose(new ThreadBalancer.Draft(List.of(use), new ThreadPlan(List.of(move), Map.of())), heat,
                residency, MoveCosts.unknown());
    }
}
