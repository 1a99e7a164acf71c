// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.migrate.MigrationResult;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.topology.Topology;

/**
 * The body of a duty cycle: snapshot, residency, plan, execution, counters.
 *
 * <p>Owned by one thread. Several balancers that are asked in turn may share one sight.
 */
public final class Balancer {
    private final ResidencyReader residencyReader;
    private final PlacementPolicy policy;
    private final PlanExecutor executor;
    private final Sight sight;
    private MigrationTotals totals = MigrationTotals.none();
    private MemoryViews views = MemoryViews.none();

    /**
     * Puts the parts together.
     *
     * @param residencyReader asks where pages lie
     * @param policy decides
     * @param executor acts, or only counts
     */
    public Balancer(ResidencyReader residencyReader, PlacementPolicy policy, PlanExecutor executor) {
        this(residencyReader, policy, executor, new Sight());
    }

    /** Puts the parts together, with a sight that other balancers of the same thread use too. */
    Balancer(ResidencyReader residencyReader, PlacementPolicy policy, PlanExecutor executor, Sight sight) {
        this.sight = sight;
        this.residencyReader = residencyReader;
        this.policy = policy;
        this.executor = executor;
    }

    /** Tells through which views the process uses its memory, from the next round on; the doors must know them too. */
    void views(MemoryViews known) {
        views = known;
    }

    /**
     * One round. Where pages cannot be asked for their nodes, nothing is planned.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param table the heat of the process; may be another one than last time
     * @param topology nodes and free memory as they are now
     */
    public BalanceRound round(long nowNs, HeatTable table, Topology topology) {
        sight.look(table, nowNs, views);
        HeatSnapshot heat = sight.heat();
        Residency residency = sight.residency();
        int residencyErrno = -residencyReader.read(heat, residency);
        MigrationPlan plan = residencyErrno == 0 ? policy.plan(nowNs, heat, residency, topology) : MigrationPlan.nothing();
        MigrationResult result = executor.execute(plan);
        totals = totals.plus(result);
        return new BalanceRound(nowNs, heat.pageCount(), heat.totalAccesses(), heat.skippedSlots(), residencyErrno,
                plan, result);
    }

    /** The last round's heat, sorted by address; valid until the sight's next round, on the same thread. */
    public HeatSnapshot heat() {
        return sight.heat();
    }

    /** The last round's placement, by the indices of {@link #heat()}; valid as long. */
    public Residency residency() {
        return sight.residency();
    }

    /** What all rounds moved. */
    public MigrationTotals totals() {
        return totals;
    }
}
