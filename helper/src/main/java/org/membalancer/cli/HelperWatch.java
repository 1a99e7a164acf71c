// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.Optional;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;

/**
 * Asks the helper now and then whether it is there: tables of one that has died stay, and stay as they are. Owned by one
 * thread.
 */
final class HelperWatch {
    private static final long ASK_NS = 1_000_000_000;

    private final HelperConnection connection;
    private final long startNs;
    private long askNs;
    private Optional<HelperException> whyNot = Optional.empty();

    /** Begins at an instant of CLOCK_MONOTONIC. */
    HelperWatch(HelperConnection connection, long startNs) {
        this.connection = connection;
        this.startNs = startNs;
        this.askNs = startNs + ASK_NS;
    }

    long startNs() {
        return startNs;
    }

    /** Whether it was there when it was asked last; asks when that is a while ago. */
    boolean answers(long nowNs) {
        if (nowNs >= askNs) {
            ask();
            askNs = nowNs + ASK_NS;
        }
        return whyNot.isEmpty();
    }

    /** Its state now, if it answers; once it did not, it is not asked again. */
    Optional<SamplingStatus> ask() {
        if (whyNot.isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Doors.status(connection));
        } catch (HelperException e) {
            whyNot = Optional.of(e);
            return Optional.empty();
        }
    }

    /** Why it does not answer any more. */
    Optional<HelperException> whyNot() {
        return whyNot;
    }
}
