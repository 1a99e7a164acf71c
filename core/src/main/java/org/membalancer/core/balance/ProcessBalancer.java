// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.util.Optional;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.heat.MovedUsers;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveCosts;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.threads.Autotune;
import org.membalancer.core.threads.ThreadBalancer;
import org.membalancer.core.threads.ThreadRound;
import org.membalancer.core.topology.Topology;

/**
 * Memory and threads of one process, round by round, as the user's choice of policy wants it. Owned by one thread.
 */
public final class ProcessBalancer {
    private final PolicyName policyName;
    private final PlacementPolicy memoryPolicy;
    private final MoveCosts costs;
    private final SampleWorthMeter worth;
    private final Balancer balancer;
    private final Optional<Autotune> autotune;
    private MovedUsers movedUsers = MovedUsers.none();
    private boolean mayMove;
    private ThreadRound lastThreads = ThreadRound.nothing();

    /**
     * Puts the parts together.
     *
     * @param policyName what the user chose
     * @param memoryPolicy decides about memory, where the choice moves any
     * @param residencyReader asks where pages lie
     * @param executor moves memory, or only counts
     * @param costs of moving memory, as learnt
     * @param worth measures what a sample of the process is worth
     */
    public ProcessBalancer(PolicyName policyName, PlacementPolicy memoryPolicy, ResidencyReader residencyReader,
            PlanExecutor executor, MoveCosts costs, SampleWorthMeter worth) {
        this(policyName, memoryPolicy, residencyReader, executor, costs, worth, new Sight());
    }

    /**
     * Puts the parts together for one of several processes that are balanced in turn.
     *
     * @param sight that all of them use
     */
    public ProcessBalancer(PolicyName policyName, PlacementPolicy memoryPolicy, ResidencyReader residencyReader,
            PlanExecutor executor, MoveCosts costs, SampleWorthMeter worth, Sight sight) {
        this.policyName = policyName;
        this.memoryPolicy = memoryPolicy;
        this.costs = costs;
        this.worth = worth;
        this.balancer = new Balancer(residencyReader, this::plan, executor, sight);
        this.autotune = policyName == PolicyName.AUTOTUNE ? Optional.of(new Autotune()) : Optional.empty();
    }

    /**
     * Tells through which views the process uses its memory, from the next round on. Reader and executor must ask and move
     * through a {@link org.membalancer.core.migrate.ViewMover} then.
     */
    public void views(MemoryViews views) {
        balancer.views(views);
    }

    /**
     * Tells which nodes the threads of the process have left, from the next round on. Only what decides about memory uses it:
     * who chooses between threads and memory must see where samples came from.
     */
    public void movedUsers(MovedUsers moved) {
        movedUsers = moved;
    }

    /**
     * One round.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param table heat of the process
     * @param topology nodes, CPUs and free memory as they are now
     * @param threads of the process; empty: they cannot be moved, or not now
     * @param mayMoveNow whether anything may be moved in this round
     * @throws IOException when the load of the CPUs cannot be read
     */
    public BalanceRound round(long nowNs, HeatTable table, Topology topology, Optional<ThreadBalancer> threads,
            boolean mayMoveNow) throws IOException {
        mayMove = mayMoveNow && policyName.movesMemory()
                && (autotune.isEmpty() || threads.isEmpty() || autotune.get().mayMoveMemory(nowNs));
        BalanceRound round = balancer.round(nowNs, table, topology);
        boolean hasThreads = mayMoveNow && policyName.movesThreads() && threads.isPresent();
        lastThreads = hasThreads ? roundOfThreads(threads.get(), nowNs, topology) : ThreadRound.nothing();
        return round;
    }

    /** What the last round did with threads. */
    public ThreadRound threads() {
        return lastThreads;
    }

    /** The last round's heat, sorted by address; valid until the sight's next round, on the same thread. */
    public HeatSnapshot heat() {
        return balancer.heat();
    }

    /** The last round's placement, by the indices of {@link #heat()}; valid as long. */
    public Residency residency() {
        return balancer.residency();
    }

    /** What all rounds moved. */
    public MigrationTotals totals() {
        return balancer.totals();
    }

    private MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
        if (policyName.movesMemory()) { // also while nothing may move, to know it by then
            memoryPolicy.sampleWorth(worth.measure(nowNs, heat));
        }
        heat.movedUsers(movedUsers);
        return mayMove ? memoryPolicy.plan(nowNs, heat, residency, topology) : MigrationPlan.nothing();
    }

    private ThreadRound roundOfThreads(ThreadBalancer threads, long nowNs, Topology topology) throws IOException {
        ThreadBalancer.Draft draft = threads.draft(nowNs, topology);
        if (autotune.isPresent()) {
            draft = draft.with(autotune.get().choose(draft.plan(), balancer.heat(), balancer.residency(), costs));
        }
        ThreadRound round = threads.execute(nowNs, draft);
        autotune.ifPresent(tune -> tune.note(round, nowNs));
        return round;
    }
}
