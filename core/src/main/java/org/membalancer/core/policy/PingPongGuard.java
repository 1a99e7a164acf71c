// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Locale;

/**
 * Pauses a process whose moves keep going back: more than a third of at least {@link #MIN_MOVES} recent blocks. Each
 * pause is twice as long as the one before, up to a limit; a limit's worth of quiet forgets that.
 */
final class PingPongGuard {
    /** Fewer moves than this say nothing. */
    static final double MIN_MOVES = 16;

    private static final int FIRST_PAUSE_HOLDS = 4;
    private static final double MAX_REVERSAL_SHARE = 1.0 / 3;

    private final long firstPauseNs;
    private final long maxPauseNs;
    private double moves;
    private double reversals;
    private long lastNs;
    private long pauseNs;
    private long pausedUntilNs;
    private boolean isPaused;

    /** Pauses for {@code firstPauseNs} at first and {@code maxPauseNs} at most. */
    PingPongGuard(long firstPauseNs, long maxPauseNs) {
        this.firstPauseNs = firstPauseNs;
        this.maxPauseNs = maxPauseNs;
        this.pauseNs = firstPauseNs;
    }

    /** With the pauses that belong to the holds of a policy. */
    static PingPongGuard of(NumaPolicySettings settings) {
        long firstPauseNs = Math.min(settings.maxHoldNs(), FIRST_PAUSE_HOLDS * settings.holdNs());
        return new PingPongGuard(firstPauseNs, settings.maxHoldNs());
    }

    /** Whether the process is paused now. */
    boolean isPaused(long nowNs) {
        if (isPaused && nowNs - pausedUntilNs >= 0) {
            isPaused = false;
            moves = 0;
            reversals = 0;
        }
        if (!isPaused && nowNs - pausedUntilNs > maxPauseNs) {
            pauseNs = firstPauseNs;
        }
        return isPaused;
    }

    /** Why the process is paused, and for how long from now. */
    String text(long nowNs) {
        return String.format(Locale.ROOT, "paused for %.0f s more: %.0f of %.0f recent moves went back",
                (pausedUntilNs - nowNs) / 1e9, reversals, moves);
    }

    /** Notes a round with moves, and starts a pause if too many of the recent ones were reversals. */
    void note(int newMoves, int newReversals, long nowNs) {
        double kept = Math.pow(0.5, (double) (nowNs - lastNs) / firstPauseNs);
        lastNs = nowNs;
        moves = moves * kept + newMoves;
        reversals = reversals * kept + newReversals;
        if (moves >= MIN_MOVES && reversals > moves * MAX_REVERSAL_SHARE) {
            isPaused = true;
            pausedUntilNs = nowNs + pauseNs;
            pauseNs = Math.min(maxPauseNs, pauseNs * 2);
        }
    }
}
