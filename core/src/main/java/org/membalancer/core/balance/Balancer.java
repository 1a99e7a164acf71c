// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.topology.Topology;

/** The body of a duty cycle: snapshot, residency, plan, execution, counters. Owned by one thread. */
public final class Balancer {

    /**
     * Puts the parts together.
     *
     * @param residencyReader asks where pages lie
     * @param policy decides
     * @param executor acts, or only counts
     */
    public Balancer(ResidencyReader residencyReader, PlacementPolicy policy, PlanExecutor executor) {
        throw new UnsupportedOperationException("being written");
    }

    /**
     * One round.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param table the heat of the process; may be another one than last time
     * @param topology nodes and free memory as they are now
     */
    public BalanceRound round(long nowNs, HeatTable table, Topology topology) {
        throw new UnsupportedOperationException("being written");
    }

    /** The last round's heat, sorted by address; valid until the next round, on the same thread. */
    public HeatSnapshot heat() {
        throw new UnsupportedOperationException("being written");
    }

    /** The last round's placement, by the indices of {@link #heat()}; valid as long. */
    public Residency residency() {
        throw new UnsupportedOperationException("being written");
    }

    /** What all rounds moved. */
    public MigrationTotals totals() {
        throw new UnsupportedOperationException("being written");
    }
}
