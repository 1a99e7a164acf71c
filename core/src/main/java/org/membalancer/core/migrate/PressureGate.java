// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.Optional;
import java.util.function.Consumer;

import org.membalancer.core.policy.MigrationPlan;

/**
 * Holds plans back while memory is short: their pages count as {@link MoveOutcome#UNDER_PRESSURE}. Says when it begins
 * and when it is over. Owned by one thread.
 */
public final class PressureGate implements PlanExecutor {
    private final PlanExecutor executor;
    private final MemoryPressure pressure;
    private final long pageBytes;
    private final Consumer<String> said;
    private boolean isWaiting;

    /**
     * Puts a gate before an executor.
     *
     * @param executor acts while the gate is open
     * @param pressure asked once for each plan that has moves
     * @param pageBytes the kernel's page size, above 0
     * @param said told when moves begin to wait, and when they go on
     */
    public PressureGate(PlanExecutor executor, MemoryPressure pressure, long pageBytes, Consumer<String> said) {
        this.executor = executor;
        this.pressure = pressure;
        this.pageBytes = pageBytes;
        this.said = said;
    }

    @Override
    public MigrationResult execute(MigrationPlan plan) {
        if (plan.moves().isEmpty()) {
            return executor.execute(plan);
        }
        Optional<String> reason = pressure.reasonToWait();
        if (reason.isPresent() && !isWaiting) {
            said.accept("moves wait: " + reason.get());
        } else if (reason.isEmpty() && isWaiting) {
            said.accept("moves go on: memory is no longer short");
        }
        isWaiting = reason.isPresent();
        return isWaiting ? MigrationResult.untouched(plan, pageBytes, MoveOutcome.UNDER_PRESSURE)
                : executor.execute(plan);
    }
}
