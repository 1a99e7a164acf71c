// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.List;
import java.util.function.Consumer;

import org.membalancer.core.policy.MigrationPlan;

/**
 * Holds plans back while memory is short: their pages count as {@link MoveOutcome#UNDER_PRESSURE}. Owned by one thread.
 */
public final class PressureGate implements PlanExecutor {
    private final PlanExecutor executor;
    private final List<PressureWatch> watches;
    private final long pageBytes;

    /**
     * Puts a gate before an executor.
     *
     * @param executor acts while the gate is open
     * @param pressure asked once for each plan that has moves
     * @param pageBytes the kernel's page size, above 0
     * @param said told when moves begin to wait, and when they go on
     */
    public PressureGate(PlanExecutor executor, MemoryPressure pressure, long pageBytes, Consumer<String> said) {
        this(executor, List.of(new PressureWatch(pressure, said)), pageBytes);
    }

    /**
     * Puts a gate before one of several executors.
     *
     * @param watches each of which may close the gate; other gates may have them too
     */
    public PressureGate(PlanExecutor executor, List<PressureWatch> watches, long pageBytes) {
        this.executor = executor;
        this.watches = List.copyOf(watches);
        this.pageBytes = pageBytes;
    }

    @Override
    public MigrationResult execute(MigrationPlan plan) {
        if (plan.moves().isEmpty()) {
            return executor.execute(plan);
        }
        boolean mustWait = false;
        for (PressureWatch watch : watches) {
            mustWait |= watch.mustWait();
        }
        return mustWait ? MigrationResult.untouched(plan, pageBytes, MoveOutcome.UNDER_PRESSURE)
                : executor.execute(plan);
    }
}
