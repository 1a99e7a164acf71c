// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.Locale;

import org.membalancer.core.migrate.MigrationResult;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.StayReason;

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
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT,
                "%d pages, %.0f accesses, %d blocks considered, %d moves", pages, accesses, plan.considered(),
                plan.moves().size()));
        for (StayReason reason : StayReason.values()) {
            append(line, plan.left().get(reason.ordinal()), reason.text());
        }
        line.append("; asked ").append(result.asked()).append(" pages");
        for (MoveOutcome outcome : MoveOutcome.values()) {
            append(line, result.pages(outcome), outcome.text());
        }
        return line.toString();
    }

    private static void append(StringBuilder line, long count, String text) {
        if (count != 0) {
            line.append(", ").append(count).append(' ').append(text);
        }
    }
}
