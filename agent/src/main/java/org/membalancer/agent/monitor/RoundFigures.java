// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import java.util.List;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.threads.ThreadOutcome;
import org.membalancer.core.threads.ThreadRound;

/**
 * One round of the agent in numbers, for those who watch. Immutable, so that any thread may look at it.
 *
 * @param mode as a user writes it
 * @param rounds until now, this one included
 * @param round what was seen and done with memory
 * @param threads what was done with threads
 * @param totals of all rounds
 * @param obstacles why nothing moves; empty: nothing stands against it
 */
public record RoundFigures(String mode, long rounds, BalanceRound round, ThreadRound threads, MigrationTotals totals,
        List<String> obstacles) {

    /** Copies the list. */
    public RoundFigures {
        obstacles = List.copyOf(obstacles);
    }

    /** Pages that this round moved. */
    long pagesMoved() {
        return round.result().pages(MoveOutcome.MOVED);
    }

    /** Threads that this round pinned. */
    int threadsPinned() {
        return threads.count(ThreadOutcome.PINNED);
    }
}
