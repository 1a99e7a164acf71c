// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LearntMoveCostsTest {
    private static final long PAGE = 4096;
    private static final long HUGE = 2 << 20;

    private final LearntMoveCosts costs = new LearntMoveCosts();

    @Test
    void shouldAssumeTheDefaultWhereNobodyMoved() {
        assertEquals(MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE));
    }

    @Test
    void shouldLearnPerPairOfNodesAndPageSize() {
        for (int i = 0; i < 64; i++) {
            costs.note(0, 1, PAGE, 10_000 * PAGE, 10_000 * 3_000L);
            costs.note(1, 0, PAGE, 10_000 * PAGE, 10_000 * 7_000L);
            costs.note(0, 1, HUGE, 10_000 * PAGE, 10_000 * 500L);
        }
        assertEquals(3_000, costs.nsPer4KiB(0, 1, PAGE), 30);
        assertEquals(7_000, costs.nsPer4KiB(1, 0, PAGE), 30);
        assertEquals(500, costs.nsPer4KiB(0, 1, HUGE), 30);
    }

    @Test
    void shouldGuessForAnotherPairFromThoseItKnows() {
        for (int i = 0; i < 64; i++) {
            costs.note(0, 1, PAGE, 10_000 * PAGE, 10_000 * 3_000L);
        }
        assertEquals(3_000, costs.nsPer4KiB(2, 3, PAGE), 30);
    }

    @Test
    void shouldNotTakeWhatACallCostsForWhatItsFewPagesCost() {
        costs.note(0, 1, PAGE, 511 * PAGE, 5_000_000_000L);
        assertEquals(MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE));
    }

    @Test
    void shouldNotLearnThatMovingNeverPays() {
        costs.note(0, 1, PAGE, 16_384 * PAGE, Long.MAX_VALUE);
        assertEquals(4 * MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE));
        assertEquals(4 * MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(1, 0, PAGE));
    }

    @Test
    void shouldLearnNothingFromNothing() {
        costs.note(0, 1, PAGE, 0, 1_000_000);
        assertEquals(MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE));
    }
}
