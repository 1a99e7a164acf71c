// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.time.Duration;

import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.policy.NumaPolicySettings;

/**
 * What a user's wishes for the pace mean for policy and executor.
 *
 * @param interval from one round to the next, above 0
 * @param rateLimitBytesPerSecond most that is moved per second, on average, above 0
 * @param minFreePercent of each node's memory that moves leave free, 0 to 100
 */
public record Pacing(Duration interval, long rateLimitBytesPerSecond, double minFreePercent) {
    private static final Duration MAX_SLICE = Duration.ofMillis(500);
    private static final double SECOND_NS = 1e9;

    /** A plan is never larger than what may be moved until the next one. */
    public NumaPolicySettings policy() {
        double bytesPerRound = rateLimitBytesPerSecond * (interval.toNanos() / SECOND_NS);
        return NumaPolicySettings.defaults().withMinFreePercent(minFreePercent)
                .withBudgetBytes((long) Math.max(1, bytesPerRound));
    }

    /** Moving takes at most half of a round, and never so long that a process's exit would wait for it. */
    public ExecutorSettings executor() {
        Duration half = interval.dividedBy(2);
        Duration slice = half.compareTo(MAX_SLICE) < 0 ? half : MAX_SLICE;
        return new ExecutorSettings(rateLimitBytesPerSecond, ExecutorSettings.MIN_BATCH_PAGES, slice.toNanos());
    }
}
