// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

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
        return MigrationResult.untouched(plan, pageBytes, MoveOutcome.DRY_RUN);
    }
}
