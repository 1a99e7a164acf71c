// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.ArrayList;
import java.util.List;

/** Counts of one execution while it runs. */
final class ExecutionTally {
    private final long[] outcomes = new long[MoveOutcome.values().length];
    private final long startNs;
    private final long asked;
    private long calls;
    private int failedErrno;
    private boolean isStopped;

    ExecutionTally(long asked, long startNs) {
        this.asked = asked;
        this.startNs = startNs;
    }

    void count(MoveOutcome outcome, long pages) {
        outcomes[outcome.ordinal()] += pages;
    }

    /** Counts a call; notes its errno if it failed as a whole. Returns whether it did not. */
    boolean called(int result) {
        calls++;
        if (result < 0) {
            failedErrno = -result;
            isStopped |= failedErrno == Errno.EPERM || failedErrno == Errno.ESRCH;
        }
        return result >= 0;
    }

    long startNs() {
        return startNs;
    }

    /** Whether an error says that no further call can succeed. */
    boolean isStopped() {
        return isStopped;
    }

    MigrationResult result(long nowNs, long pageBytes) {
        List<Long> counts = new ArrayList<>(outcomes.length);
        for (long outcome : outcomes) {
            counts.add(outcome);
        }
        long movedBytes = outcomes[MoveOutcome.MOVED.ordinal()] * pageBytes;
        return new MigrationResult(asked, counts, movedBytes, nowNs - startNs, calls, failedErrno);
    }
}
