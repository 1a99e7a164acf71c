// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import org.membalancer.core.policy.MigrationPlan;

/** Acts on plans; never decides. One thread owns it. */
@FunctionalInterface
public interface PlanExecutor {

    /**
     * Carries a plan out, as far as pace allows, without sleeping.
     *
     * @return one outcome for every page of the plan
     */
    MigrationResult execute(MigrationPlan plan);
}
