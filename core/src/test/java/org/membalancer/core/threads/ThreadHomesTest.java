// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.MovedUsers;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.heat.TableFixture;

/** Threads whose samples are made up, a second at a time. */
class ThreadHomesTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int EPOCH_SHIFT = 33;
    private static final long THREAD_KEY = 1L << 32;
    private static final int NODES = 3;
    private static final int TID = 4711;
    private static final int OTHER_TID = 4733;
    private static final int RATE = 97;

    private final ThreadHomes homes = new ThreadHomes(ThreadHomes.STAY_NS);
    private final HeatSnapshot snapshot = new HeatSnapshot(64, NODES);
    private final TreeMap<Integer, double[]> counts = new TreeMap<>();
    private long nowNs = 1L << 42;

    @Test
    void shouldCountForTheNewNodeWhatAllThreadsUsedFromTheOldOne() {
        run(60, on(TID, 0), on(OTHER_TID, 0));
        assertEquals("", homes.moved().text());
        run(4, on(TID, 2), on(OTHER_TID, 2));
        assertEquals("samples from node 0 count for node 2, where the threads that they came from run now",
                homes.moved().text());
    }

    @Test
    void shouldNotTakeAThreadThatCameAMomentAgoForMoved() {
        run(60, on(TID, 0));
        run(1, new int[] {TID, RATE / 2, RATE / 2, 0});
        assertTrue(homes.moved().isNone(), "it came within this second: " + homes.moved().text());
        run(1, on(TID, 1));
        assertEquals(1, homes.moved().nodeNow(0), "it has been there for all of this second");
    }

    @Test
    void shouldLeaveANodeAloneThatOneOfTwoThreadsHasLeft() {
        run(60, on(TID, 0), on(OTHER_TID, 0));
        for (int second = 0; second < 30; second++) {
            run(1, on(TID, 1), on(OTHER_TID, 0));
            assertTrue(homes.moved().isNone(), "second " + second + ": " + homes.moved().text());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void shouldNotFollowAThreadThatWanders(int seconds) {
        run(60, on(TID, 0));
        int followed = 0;
        boolean wasMoved = false;
        for (int second = 0; second < 240; second++) {
            run(1, on(TID, second / seconds % 2));
            boolean isMoved = !homes.moved().isNone();
            followed += isMoved && !wasMoved ? 1 : 0;
            wasMoved = isMoved;
        }
        assertTrue(followed <= 1,
                "nodes are left and come back to " + followed + " times: the first time nobody could know");
    }

    /** An errand is followed when it lasts as long as a thread must stay by then: 0.9 s at first, 5 s and 10 s after a minute at home each. */
    @ParameterizedTest
    @CsvSource({"4, 1", "6, 2", "12, 3", "16, 3"})
    void shouldNotFollowAThreadOnErrandsThatItMakesAgainAndAgain(int seconds, int errandsFollowed) {
        int followed = 0;
        for (int errand = 0; errand < 10; errand++) {
            run(60, on(TID, 0));
            run(seconds, on(TID, 1));
            followed += homes.moved().nodeNow(0) == 1 ? 1 : 0;
        }
        assertEquals(errandsFollowed, followed, "of ten errands");
    }

    @Test
    void shouldTakeNineTenthsOfASecondToFollowWhereRoundsAreShort() {
        run(60, on(TID, 0));
        tick(100_000_000, new int[] {TID, RATE, RATE, 0});
        int looks = 0;
        while (homes.moved().isNone() && looks < 20) {
            tick(100_000_000, on(TID, 1));
            looks++;
        }
        assertEquals(9, looks, "of a tenth of a second each");
    }

    @Test
    void shouldNotFollowAThreadThatRunsOnBothNodesInEachSecond() {
        run(60, on(TID, 0));
        for (int second = 0; second < 60; second++) {
            run(1, new int[] {TID, RATE / 3, RATE, 0});
            assertTrue(homes.moved().isNone(), "second " + second + ": " + homes.moved().text());
        }
    }

    /** Whether the count that is halved at the epoch's turn is odd, which rounds up to half a sample more, depends on the second. */
    @ParameterizedTest
    @ValueSource(ints = {56, 57, 58, 59})
    void shouldNotTakeWhatIsRoundedUpForASample(int secondsBefore) {
        run(secondsBefore, new int[] {TID, 3, 0, 0});
        run(5, new int[] {TID, 0, 3, 0});
        assertEquals(1, homes.moved().nodeNow(0), "an epoch begins 60 s after the start");
    }

    @Test
    void shouldNotKnowWhereTheMemoryOfAThreadThatEndedIsUsed() {
        run(60, on(TID, 0), on(OTHER_TID, 0));
        run(10, on(TID, 1)); // the other one has no samples any more, here or elsewhere
        assertTrue(homes.moved().isNone(), homes.moved().text());
    }

    @Test
    void shouldNotMindThreadsThatAreNewElsewhere() {
        run(60, on(TID, 0));
        run(4, on(TID, 1), on(OTHER_TID, 1));
        assertEquals(1, homes.moved().nodeNow(0));
        assertEquals(1, homes.moved().nodeNow(1));
    }

    @Test
    void shouldLeaveANodeAloneWhereNewThreadsCame() {
        run(60, on(TID, 0));
        run(10, on(TID, 1), on(OTHER_TID, 0));
        assertTrue(homes.moved().isNone(), homes.moved().text());
    }

    @Test
    void shouldCountForNoNodeWhereThreadsWentToSeveral() {
        run(60, on(TID, 0), on(OTHER_TID, 0));
        run(5, on(TID, 1), on(OTHER_TID, 2));
        assertEquals(MovedUsers.NO_NODE, homes.moved().nodeNow(0), homes.moved().text());
    }

    @Test
    void shouldTellProcessesOfOneTableApart() {
        run(60, on(TID, 0), on(OTHER_TID, 0));
        run(5, on(TID, 1), on(OTHER_TID, 0));
        assertTrue(homes.hasMoved());
        assertEquals(1, homes.moved(new int[] {TID + 1, TID}).nodeNow(0));
        assertTrue(homes.moved(new int[] {OTHER_TID}).isNone());
        assertTrue(homes.moved().isNone(), homes.moved().text());
    }

    @Test
    void shouldForgetThatThreadsMovedWhenWhatWasBeforeHasDecayed() {
        run(60, on(TID, 0));
        run(60, on(TID, 1));
        assertFalse(homes.hasMoved());
        assertTrue(homes.moved().isNone(), homes.moved().text());
    }

    @Test
    void shouldWaitLongerWhereThreadsMayBeSentBack() {
        ThreadHomes patient = new ThreadHomes(ThreadHomes.LONG_STAY_NS);
        int followedAt = 0;
        for (int second = 0; second < 90 && followedAt == 0; second++) {
            run(1, on(TID, second < 60 ? 0 : 1));
            patient.note(snapshot);
            followedAt = patient.moved().isNone() ? 0 : second - 60;
        }
        assertEquals(17, followedAt, "whole seconds that it was there before the one in which it is followed");
    }

    @Test
    void shouldAllocateNothingWhileNothingChanges() {
        TableFixture fixture = TableFixture.of(4096, NODES);
        for (int i = 0; i < 997; i++) {
            fixture.slot(i * 3, THREAD_KEY | 1000 + i, (int) (nowNs >>> EPOCH_SHIFT), 40, 0, 3);
        }
        HeatTable table = fixture.openThreads();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        for (int round = 0; round < 4; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            homes.look(table, nowNs + round * SECOND_NS);
            homes.moved();
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(bytes <= 1024, "allocated by the last look: " + bytes); // the tests' measuring itself, interpreted
    }

    /** A thread that is sampled on one node. */
    private static int[] on(int tid, int nodeId) {
        int[] thread = new int[1 + NODES];
        thread[0] = tid;
        thread[1 + nodeId] = RATE;
        return thread;
    }

    /** Seconds in which threads have so many samples by node. */
    private void run(int seconds, int[]... threads) {
        for (int second = 0; second < seconds; second++) {
            tick(SECOND_NS, threads);
        }
    }

    /** A time between two looks in which threads have so many samples by node. */
    private void tick(long durationNs, int[]... threads) {
        long epoch = nowNs >>> EPOCH_SHIFT;
        nowNs += durationNs;
        if (nowNs >>> EPOCH_SHIFT != epoch) {
            counts.values().forEach(byNode -> Arrays.setAll(byNode, node -> byNode[node] / 2));
        }
        for (int[] thread : threads) {
            double[] byNode = counts.computeIfAbsent(thread[0], tid -> new double[NODES]);
            for (int nodeId = 0; nodeId < NODES; nodeId++) {
                byNode[nodeId] += thread[1 + nodeId];
            }
        }
        look();
    }

    /** Counts in whole numbers, rounded up, as the kernel does by chance. */
    private void look() {
        snapshot.begin(nowNs, 12, EPOCH_SHIFT);
        counts.forEach((tid, byNode) -> snapshot.add(PageHeat.of(THREAD_KEY | tid,
                Arrays.stream(byNode).mapToInt(count -> (int) Math.ceil(count)).toArray())));
        snapshot.sortByAddress();
        homes.note(snapshot);
    }
}
