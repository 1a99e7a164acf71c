// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;

class HeatHistoryTest {
    private static final int EPOCH_SHIFT = 33;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long EPOCH_NS = 1L << EPOCH_SHIFT;

    private final HeatHistory history = new HeatHistory(10_000_000_000L);
    private final HeatSnapshot heat = new HeatSnapshot(4096, 2);

    @Test
    void shouldCountEachSampleOnce() {
        note(100 * EPOCH_NS, 0, 8);
        note(100 * EPOCH_NS + 1, 0, 8);
        assertEquals(8, history.samples(7), 1e-3, "nothing new");
        note(100 * EPOCH_NS + 2, 0, 11);
        assertEquals(11, history.samples(7), 1e-3, "three more");
    }

    @Test
    void shouldNotTakeDecayForSilenceOrNews() {
        note(100 * EPOCH_NS, 0, 8);
        note(101 * EPOCH_NS, 1, 8);
        double decay = Math.pow(0.5, EPOCH_NS / (HeatHistory.HALF_LIFE_SECONDS * 1e9));
        assertEquals(8 * decay, history.samples(7), 1e-3, "no new samples, an epoch later");
        note(101 * EPOCH_NS + 1, 0, 6);
        assertEquals(8 * decay + 2, history.samples(7), 1e-3, "4 were left, so 2 are new");
    }

    @Test
    void shouldHalveCountsWithinAHalfLife() {
        note(SECOND_NS, 0, 64);
        note(SECOND_NS * (1 + HeatHistory.HALF_LIFE_SECONDS), 30, 0);
        assertEquals(32, history.samples(7), 1e-3);
        assertEquals(32, history.total(), 1e-3);
    }

    @Test
    void shouldStayRightOverVeryLongTimes() {
        long nowNs = EPOCH_NS;
        for (int i = 0; i < 3000; i++) {
            nowNs += EPOCH_NS;
            note(nowNs, 0, 16);
        }
        double decay = Math.pow(0.5, EPOCH_NS / (HeatHistory.HALF_LIFE_SECONDS * 1e9));
        assertEquals(8 / (1 - decay), history.samples(7), 0.5, "8 new samples in every epoch");
    }

    @Test
    void shouldRememberManyPagesAndForgetColdOnes() {
        heat.begin(SECOND_NS, 12, EPOCH_SHIFT);
        for (int page = 0; page < 4096; page++) {
            heat.add(PageHeat.of(page, 1 + page % 3));
        }
        history.note(heat);
        for (int page = 0; page < 4096; page++) {
            assertEquals(1 + page % 3, history.samples(page), 1e-3, "page " + page);
        }
        assertEquals(0, history.samples(5000), 0);
    }

    @Test
    void shouldHoldAMovedPageTwiceAsLongEachTime() {
        long nowNs = 1_000 * SECOND_NS;
        assertFalse(history.isHeld(7, nowNs), "never moved");
        history.noteMove(7, nowNs);
        assertTrue(history.isHeld(7, nowNs + 9 * SECOND_NS));
        assertFalse(history.isHeld(7, nowNs + 11 * SECOND_NS));
        history.noteMove(7, nowNs + 11 * SECOND_NS);
        assertTrue(history.isHeld(7, nowNs + 30 * SECOND_NS));
        assertFalse(history.isHeld(7, nowNs + 32 * SECOND_NS));
    }

    @Test
    void shouldHoldPagesThatNoSampleSeesEverLongerThoughManyOthersCome() {
        long nowNs = 1000 * SECOND_NS;
        int tries = 0;
        for (int second = 0; second < 600; second++) {
            nowNs += SECOND_NS;
            if (!history.isHeld(7, nowNs)) {
                history.noteMove(7, nowNs); // and it stays where it is, again and again
                tries++;
            }
            for (int other = 0; other < 100; other++) {
                history.noteMove(1000 + 100L * second + other, nowNs); // until the table is made anew
            }
        }
        assertEquals(6, tries, "after 0, 10, 30, 70, 150 and 310 seconds");
    }

    private void note(long nowNs, int ageEpochs, int count) {
        heat.begin(nowNs, 12, EPOCH_SHIFT);
        heat.add(new PageHeat(7, ageEpochs, new int[] {count, 0}, new int[0], 0, 0, 0));
        history.note(heat);
    }
}
