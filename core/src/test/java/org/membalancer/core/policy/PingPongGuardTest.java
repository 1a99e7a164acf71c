// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PingPongGuardTest {
    private static final long PAUSE = 1000;
    private static final long MAX_PAUSE = 4000;

    private final PingPongGuard guard = new PingPongGuard(PAUSE, MAX_PAUSE);

    @Test
    void shouldPauseAfterTooManyReversalsAndTwiceAsLongTheNextTime() {
        guard.note(18, 7, 0);
        assertTrue(guard.isPaused(PAUSE - 1));
        assertFalse(guard.isPaused(PAUSE));
        guard.note(18, 7, PAUSE);
        assertTrue(guard.isPaused(PAUSE + 2 * PAUSE - 1));
        assertFalse(guard.isPaused(PAUSE + 2 * PAUSE));
    }

    @Test
    void shouldForgetPausesAfterQuiet() {
        guard.note(18, 7, 0);
        assertFalse(guard.isPaused(PAUSE + MAX_PAUSE + 1));
        guard.note(18, 7, 10_000);
        assertTrue(guard.isPaused(10_000 + PAUSE - 1));
        assertFalse(guard.isPaused(10_000 + PAUSE));
    }

    @Test
    void shouldNotPauseForFewOrForHonestMoves() {
        guard.note(15, 15, 0);
        assertFalse(guard.isPaused(1), "too few moves to say");
        guard.note(1000, 5, 1);
        assertFalse(guard.isPaused(2), "few of many went back");
    }

    @Test
    void shouldAddUpRecentRounds() {
        guard.note(10, 4, 0);
        assertFalse(guard.isPaused(1));
        guard.note(10, 4, 10);
        assertTrue(guard.isPaused(11));
    }

    @Test
    void shouldForgetMovesOfLongAgo() {
        guard.note(15, 15, 0);
        guard.note(15, 0, 20 * PAUSE);
        assertFalse(guard.isPaused(20 * PAUSE + 1));
    }
}
