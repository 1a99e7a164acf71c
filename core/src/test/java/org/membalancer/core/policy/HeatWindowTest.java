// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;

class HeatWindowTest {
    private static final int EPOCH_SHIFT = 33;
    private static final long SECOND_NS = 1_000_000_000L;

    private final HeatWindow window = new HeatWindow();
    private final HeatSnapshot heat = new HeatSnapshot(1, 1);

    @Test
    void shouldKnowThatATableIsYoung() {
        assertEquals(SECOND_NS, window.note(heat(1, 100)), "all of it is of this epoch, which began a second ago");
        assertEquals(2 * SECOND_NS, window.note(heat(2, 200)), SECOND_NS / 10.0);
        assertEquals(3 * SECOND_NS, window.note(heat(3, 300)), SECOND_NS / 10.0);
    }

    @Test
    void shouldBelieveAnOldTable() {
        window.note(heat(1, 1700));
        assertTrue(window.note(heat(2, 1800)) > 8 * SECOND_NS, "what is there was not gathered in two seconds");
    }

    @Test
    void shouldNotTakeATableForYoungThatHoldsOlderPages() {
        heat.begin(SECOND_NS, 12, EPOCH_SHIFT);
        heat.add(new PageHeat(7, 1, new int[] {8}, new int[0], 0, 0, 0));
        assertEquals(heat.windowNs(), window.note(heat));
    }

    @Test
    void shouldBelieveTheTableWhereNothingIsNew() {
        window.note(heat(1, 0));
        assertEquals(heat(2, 0).windowNs(), window.note(heat));
    }

    private HeatSnapshot heat(int second, int count) {
        long startNs = 100L << EPOCH_SHIFT;
        heat.begin(startNs + second * SECOND_NS, 12, EPOCH_SHIFT);
        heat.add(PageHeat.of(7, count));
        return heat;
    }
}
