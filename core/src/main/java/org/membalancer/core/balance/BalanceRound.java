// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import org.membalancer.core.migrate.MigrationResult;
import org.membalancer.core.policy.MigrationPlan;

/**
 * One round in numbers. Immutable, so that it may be handed to another thread.
 *
 * @param nowNs when it began, CLOCK_MONOTONIC
 * @param pages in the snapshot
 * @param accesses decayed samples in the snapshot
 * @param skippedSlots being re-keyed while they were read
 * @param residencyErrno why pages could not be asked for their nodes, and so nothing was planned; 0: they could
 * @param plan what the policy wanted
 * @param result what became of it
 */
public record BalanceRound(
        long nowNs, int pages, double accesses, long skippedSlots, int residencyErrno, MigrationPlan plan,
        MigrationResult result) {

    /** Whether a page moved. */
    public boolean hasMoved() {
        return result.movedBytes() > 0;
    }

    /** All numbers in one line, for a log. */
    public String line() {
        throw new UnsupportedOperationException("being written");
    }
}
