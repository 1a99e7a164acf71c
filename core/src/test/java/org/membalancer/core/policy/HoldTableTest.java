// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HoldTableTest {
    private static final long HOLD = 1600;
    private static final long ADDRESS = 0x7f00_0000_0000L;
    private static final long LARGE = 2 << 20;
    private static final long SMALL = 64 << 10;

    private final HoldTable holds = new HoldTable(HOLD, 8 * HOLD, 64);

    @Test
    void shouldHoldEveryBlockOfAMoveAndNoneBesideIt() {
        note(ADDRESS, LARGE, 0, 0);
        assertTrue(holds.isHeld(ADDRESS + LARGE - SMALL, SMALL, 1, HOLD - 1), "last block");
        assertTrue(holds.isHeld(ADDRESS + 4096, 4096, 1, HOLD - 1), "one page");
        assertTrue(holds.isHeld(ADDRESS - LARGE, 2 * LARGE, 1, HOLD - 1), "overlap");
        assertFalse(holds.isHeld(ADDRESS + LARGE, SMALL, 1, 0), "behind");
        assertFalse(holds.isHeld(ADDRESS - SMALL, SMALL, 1, 0), "before");
        assertFalse(holds.isHeld(ADDRESS, LARGE, 1, HOLD), "after the hold");
    }

    @Test
    void shouldDoubleTheHoldAtEachReversalUpToTheLimit() {
        long now = 0;
        int place = 0;
        note(ADDRESS, SMALL, place, now);
        for (long expected : new long[] {HOLD, 2 * HOLD, 4 * HOLD, 8 * HOLD, 8 * HOLD}) {
            int other = 1 - place;
            assertTrue(holds.isHeld(ADDRESS, SMALL, other, now + expected - 1), "held for " + expected);
            assertFalse(holds.isHeld(ADDRESS, SMALL, other, now + expected), "free after " + expected);
            now += expected;
            assertTrue(note(ADDRESS, SMALL, other, now), "a reversal");
            place = other;
        }
    }

    @Test
    void shouldRetryTheSameTargetEverMoreSeldom() {
        long now = 0;
        note(ADDRESS, SMALL, 0, now);
        for (long expected : new long[] {HOLD / 16, HOLD / 8, HOLD / 4, HOLD / 2, HOLD, HOLD}) {
            assertTrue(holds.isHeld(ADDRESS, SMALL, 0, now + expected - 1), "held for " + expected);
            assertFalse(holds.isHeld(ADDRESS, SMALL, 0, now + expected), "free after " + expected);
            now += expected;
            assertFalse(note(ADDRESS, SMALL, 0, now), "no reversal");
        }
    }

    @Test
    void shouldHalveTheHoldInQuietTimesAndForgetItAtLast() {
        note(ADDRESS, SMALL, 0, 0);
        note(ADDRESS, SMALL, 1, HOLD);
        assertTrue(holds.isHeld(ADDRESS, SMALL, 0, HOLD + 2 * HOLD - 1), "doubled");
        long quiet = HOLD + 8 * 2 * HOLD;
        assertFalse(note(ADDRESS, SMALL, 0, quiet + 1), "so late that it is no reversal");
        assertTrue(holds.isHeld(ADDRESS, SMALL, 1, quiet + 1 + HOLD - 1), "halved");
        assertFalse(holds.isHeld(ADDRESS, SMALL, 1, quiet + 1 + HOLD), "and not doubled again");
        long forgotten = quiet + 1 + 8 * 2 * HOLD + 8 * HOLD + 1;
        assertFalse(note(ADDRESS, SMALL, 1, forgotten), "forgotten: no reversal");
        assertFalse(holds.isHeld(ADDRESS, SMALL, 0, forgotten + HOLD), "and a first hold");
    }

    @Test
    void shouldTakeNoMoreThanItsLimitAndMakeRoomByForgetting() {
        int taken = 0;
        while (holds.hasPlace(ADDRESS + taken * SMALL, SMALL, taken)) {
            note(ADDRESS + taken * SMALL, SMALL, 0, taken);
            taken++;
        }
        assertEquals(48, taken, "three quarters of 64");
        assertEquals(48, holds.size());
        assertTrue(holds.isHeld(ADDRESS + 47 * SMALL, SMALL, 1, taken), "all are remembered");
        long later = 30 + 8 * HOLD;
        assertTrue(holds.hasPlace(ADDRESS + LARGE * 9, SMALL, later), "room after " + later);
        assertEquals(18, holds.size(), "30 forgotten");
        assertTrue(holds.isHeld(ADDRESS + 47 * SMALL, SMALL, 1, HOLD), "the rest is kept");
    }

    private boolean note(long address, long bytes, int node, long now) {
        assertTrue(holds.hasPlace(address, bytes, now), "place for " + bytes + " bytes");
        return holds.note(address, bytes, node, now);
    }
}
