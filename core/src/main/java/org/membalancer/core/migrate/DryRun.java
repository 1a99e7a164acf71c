// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.Arrays;

import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;

/** Moves nothing and counts what a plan would have asked for as {@link MoveOutcome#DRY_RUN}. */
public final class DryRun implements PlanExecutor {
    private final long pageBytes;

    /** Counts in pages of so many bytes, above 0. */
    public DryRun(long pageBytes) {
        if (pageBytes <= 0) {
            throw new IllegalArgumentException("pageBytes must be above 0: pageBytes=" + pageBytes);
        }
        this.pageBytes = pageBytes;
    }

    @Override
    public MigrationResult execute(MigrationPlan plan) {
        long asked = 0;
        for (BlockMove move : plan.moves()) {
            asked += move.bytes() / pageBytes;
        }
        Long[] outcomes = new Long[MoveOutcome.values().length];
        Arrays.fill(outcomes, 0L);
        outcomes[MoveOutcome.DRY_RUN.ordinal()] = asked;
        return new MigrationResult(asked, Arrays.asList(outcomes), 0, 0, 0, 0);
    }
}
