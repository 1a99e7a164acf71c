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

/** One thread that could go from node 0 to its memory on node 1. */
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
    void shouldNotPinAThreadBeforeHeatTellsHowMuchMemoryItUses() {
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(SECOND_NS, 0, 50, 0));
        assertEquals(Map.of(), stays(2 * SECOND_NS, MUCH_PAGES, 50, 0));
    }

    @Test
    void shouldMoveAThreadWhoseMemoryIsSharedForLong() {
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(SECOND_NS, LITTLE_PAGES, 58, 42));
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(18 * SECOND_NS, LITTLE_PAGES, 52, 48));
        assertEquals(Map.of(), stays(19 * SECOND_NS, LITTLE_PAGES, 52, 48), "after two half-lives of heat");
    }

    @Test
    void shouldCountAnewWhenItIsLongSinceAThreadWaited() {
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(SECOND_NS, LITTLE_PAGES, 58, 42));
        assertEquals(Map.of(TID, ThreadStay.NOT_SURE), stays(30 * SECOND_NS, LITTLE_PAGES, 58, 42));
    }

    @Test
    void shouldNotWaitWhereAllMemoryWouldBeTooDear() {
        assertEquals(Map.of(), stays(0, MUCH_PAGES, 58, 42));
    }

    /** Of the thread, when its memory is so many pages, each used so often from each node. */
    private Map<Integer, ThreadStay> stays(long nowNs, int pages, int fromNode0, int fromNode1) {
        HeatSnapshot heat = new HeatSnapshot(MUCH_PAGES, 2);
        Residency residency = new Residency(MUCH_PAGES);
        heat.begin(nowNs, 12, 33);
        residency.begin(pages);
        for (int page = 0; page < pages; page++) {
            heat.add(PageHeat.of(0x7f00_0000L + page, fromNode0, fromNode1));
            residency.set(page, 1);
        }
        ThreadMove move = new ThreadMove(TID, 0, 1, CpuList.parse("2-3"), 1, 100);
        return autotune.choose(new ThreadPlan(List.of(move), Map.of()), heat, residency, MoveCosts.unknown()).stays();
    }
}
