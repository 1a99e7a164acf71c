// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import org.membalancer.core.clock.Clock;
import org.membalancer.core.policy.MigrationPlan;

/** Moves pages at a bounded pace and counts every page in one outcome. */
public final class Executor implements PlanExecutor {

    /**
     * Prepares to move.
     *
     * @param mover the door to the kernel
     * @param pid the process; 0 for the caller's own
     * @param settings the pace
     * @param clock for time slice and tokens
     */
    public Executor(PageMover mover, int pid, ExecutorSettings settings, Clock clock) {
        throw new UnsupportedOperationException("being written");
    }

    @Override
    public MigrationResult execute(MigrationPlan plan) {
        throw new UnsupportedOperationException("being written");
    }
}
