// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.time.Duration;

/** When to try again: after a first delay, which doubles up to a limit. One thread owns it. */
final class BackOff {
    private final long firstDelayNs;
    private final long lastDelayNs;
    private long delayNs;
    private long dueNs;
    private boolean waiting;

    BackOff(Duration firstDelay, Duration lastDelay) {
        this.firstDelayNs = firstDelay.toNanos();
        this.lastDelayNs = lastDelay.toNanos();
        reset();
    }

    /** Whether it is time to try; at once after {@link #reset}. */
    boolean isDue(long nowNs) {
        return !waiting || nowNs - dueNs >= 0;
    }

    /** Notes a failed try. */
    void failed(long nowNs) {
        dueNs = nowNs + delayNs;
        delayNs = Math.min(2 * delayNs, lastDelayNs);
        waiting = true;
    }

    /** Starts again with the first delay. */
    void reset() {
        delayNs = firstDelayNs;
        waiting = false;
    }
}
