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
        for (int i = 0; i < 4; i++) {
            costs.note(0, 1, PAGE, 16_384 * PAGE, Long.MAX_VALUE);
        }
        assertEquals(4 * MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE));
        assertEquals(4 * MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(1, 0, PAGE));
    }

    @Test
    void shouldNotTakeMovesForDearBecauseAFewCallsWereSlow() {
        for (int i = 0; i < 3; i++) {
            call(0, 1, 900_000);
            assertEquals(MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE), "slow calls: " + (i + 1));
            assertEquals(MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(1, 0, PAGE), "slow calls: " + (i + 1));
        }
    }

    @Test
    void shouldLearnThatMovesAreCheapFromThreeCalls() {
        call(0, 1, 3_000);
        call(0, 1, 3_100);
        assertEquals(MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE), "two calls are fewer than the default");
        call(0, 1, 2_900);
        assertEquals(3_100, costs.nsPer4KiB(0, 1, PAGE), 1e-6);
    }

    @Test
    void shouldForgetTheDefaultAndWhatIsOlderThanNineCalls() {
        for (int i = 0; i < 9; i++) {
            call(0, 1, 20_000);
        }
        assertEquals(20_000, costs.nsPer4KiB(0, 1, PAGE), 1e-6);
        for (int i = 0; i < 4; i++) {
            call(0, 1, 5_000);
        }
        assertEquals(20_000, costs.nsPer4KiB(0, 1, PAGE), 1e-6, "five of nine");
        call(0, 1, 5_000);
        assertEquals(5_000, costs.nsPer4KiB(0, 1, PAGE), 1e-6, "four of nine");
    }

    @Test
    void shouldLearnNothingFromNothing() {
        costs.note(0, 1, PAGE, 0, 1_000_000);
        assertEquals(MoveCosts.DEFAULT_NS_PER_4KIB, costs.nsPer4KiB(0, 1, PAGE));
    }

    private void call(int fromNodeId, int toNodeId, long nsPer4KiB) {
        costs.note(fromNodeId, toNodeId, PAGE, 16_384 * PAGE, 16_384 * nsPer4KiB);
    }
}
