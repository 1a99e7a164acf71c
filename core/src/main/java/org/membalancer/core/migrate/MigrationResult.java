// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.Arrays;
import java.util.List;

import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;

/**
 * What became of a plan: every page in one outcome. Immutable.
 *
 * @param asked pages of the plan's blocks
 * @param outcomes pages by {@link MoveOutcome#ordinal()}
 * @param movedBytes bytes of the pages that moved
 * @param elapsedNs from the first call to the last
 * @param calls to the kernel, those that only asked included
 * @param failedErrno errno of the last call that failed as a whole; 0: none did
 */
public record MigrationResult(
        long asked, List<Long> outcomes, long movedBytes, long elapsedNs, long calls, int failedErrno) {

    /** Copies the list and checks that every page has one outcome. */
    public MigrationResult {
        outcomes = List.copyOf(outcomes);
        long sum = outcomes.stream().mapToLong(Long::longValue).sum();
        if (outcomes.size() != MoveOutcome.values().length || sum != asked) {
            throw new IllegalArgumentException(
                    "outcomes must sum to asked: asked=" + asked + " outcomes=" + outcomes);
        }
    }

    /** A plan of which no page was touched, all for the same reason. */
    static MigrationResult untouched(MigrationPlan plan, long pageBytes, MoveOutcome outcome) {
        long asked = 0;
        for (BlockMove move : plan.moves()) {
            asked += move.bytes() / pageBytes;
        }
        Long[] outcomes = new Long[MoveOutcome.values().length];
        Arrays.fill(outcomes, 0L);
        outcomes[outcome.ordinal()] = asked;
        return new MigrationResult(asked, Arrays.asList(outcomes), 0, 0, 0, 0);
    }

    /** Pages with this outcome. */
    public long pages(MoveOutcome outcome) {
        return outcomes.get(outcome.ordinal());
    }
}
