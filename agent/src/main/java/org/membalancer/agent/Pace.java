// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.time.Duration;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.policy.NumaPolicySettings;

/** What the options mean for policy and executor. Stateless. */
final class Pace {
    private static final Duration MAX_SLICE = Duration.ofMillis(500);
    private static final double SECOND_NS = 1e9;

    private Pace() {
    }

    /** A plan is never larger than what may be moved until the next one. */
    static NumaPolicySettings policy(AgentOptions options) {
        double bytesPerRound = options.rateLimitBytesPerSecond() * (options.interval().toNanos() / SECOND_NS);
        return NumaPolicySettings.defaults().withMinFreePercent(options.minFreePercent())
                .withBudgetBytes((long) Math.max(1, bytesPerRound));
    }

    /** Moving takes at most half of a round, and never so long that the JVM's exit would wait for it. */
    static ExecutorSettings executor(AgentOptions options) {
        Duration half = options.interval().dividedBy(2);
        Duration slice = half.compareTo(MAX_SLICE) < 0 ? half : MAX_SLICE;
        return new ExecutorSettings(options.rateLimitBytesPerSecond(), ExecutorSettings.MIN_BATCH_PAGES,
                slice.toNanos());
    }
}
