// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.Locale;

import org.membalancer.core.migrate.MigrationResult;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.StayReason;
import org.membalancer.core.report.Amounts;

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

    /** All numbers in one line, for a log; what is 0 is left out, but for pages and moves. */
    public String line() {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%d pages, %.1f samples", pages, accesses));
        addCount(line, skippedSlots, "slots skipped");
        if (residencyErrno != 0) {
            return line.append("; nodes of pages not known: errno ").append(residencyErrno).toString();
        }
        line.append(String.format(Locale.ROOT, "; %d of %d blocks to move (%s)", plan.moves().size(),
                plan.considered(), Amounts.bytes(plan.bytes())));
        for (StayReason reason : StayReason.values()) {
            addCount(line, plan.left().get(reason.ordinal()), reason.text());
        }
        addResult(line);
        return line.toString();
    }

    private void addResult(StringBuilder line) {
        if (result.asked() == 0) {
            return;
        }
        line.append("; ").append(result.asked()).append(" pages asked");
        for (MoveOutcome outcome : MoveOutcome.values()) {
            addCount(line, result.pages(outcome), outcome.text());
        }
        line.append(" in ").append(result.elapsedNs() / 1_000_000).append(" ms");
        if (result.failedErrno() != 0) {
            line.append(", a call failed with errno ").append(result.failedErrno());
        }
    }

    private static void addCount(StringBuilder line, long count, String what) {
        if (count != 0) {
            line.append(", ").append(count).append(' ').append(what);
        }
    }
}
