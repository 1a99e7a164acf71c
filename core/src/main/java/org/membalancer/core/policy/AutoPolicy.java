// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;
import java.util.Optional;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.residency.PlaceTally;
import org.membalancer.core.residency.PlaceWindow;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topology;

/**
 * The default policy: brings memory to those who use it ({@link NumaPolicy}'s rules), keeps the hottest memory in the
 * fastest tier where there are tiers ({@link TierStage}), and takes load off controllers that answer late
 * ({@link LoadStage}).
 *
 * <p>Between the nodes of one tier distance decides, between tiers heat does. Whatever else is known makes it better and
 * may be missing: latencies, the places of pages that no sample saw, and what moves cost.
 *
 * <p>Owned by one thread. The same inputs and history give the same plan.
 */
public final class AutoPolicy implements PlacementPolicy {
    private final NumaPolicySettings settings;
    private final TierRules rules;
    private final MoveCosts costs;
    private final HoldTable holds;
    private final PingPongGuard guard;
    private final LoadStage load;
    private final TierStage tiers;
    private final HeatWindow heatWindow = new HeatWindow();
    private MovableRanges ranges;
    private final PlaceTally tally = new PlaceTally();
    private PlaceWindow window = new PlaceWindow(0);
    private NodeLatencies latencies = NodeLatencies.unknown();
    private SampleWorth worth = SampleWorth.unknown();
    private int explainedBlocks;

    /**
     * Makes a policy.
     *
     * @param settings what to weigh
     * @param rules what may happen between tiers; {@link TierRules#none()} where there are none
     * @param movable ranges that may be moved; nothing outside is
     * @param costs of moving; asked while planning
     */
    public AutoPolicy(NumaPolicySettings settings, TierRules rules, List<AddressRange> movable, MoveCosts costs) {
        this.settings = settings;
        this.rules = rules;
        this.costs = costs;
        this.holds = new HoldTable(settings.holdNs(), settings.maxHoldNs());
        this.guard = PingPongGuard.of(settings);
        this.load = new LoadStage(settings);
        this.tiers = new TierStage(rules, settings, costs);
        this.ranges = MovableRanges.of(movable);
    }

    @Override
    public void movableRanges(List<AddressRange> movable) {
        ranges = MovableRanges.of(movable);
    }

    @Override
    public void placeWindow(PlaceWindow walked) {
        window = walked;
        tally.add(walked, 1L << HeatUnits.PAGE_SHIFT);
    }

    @Override
    public void latencies(NodeLatencies measured) {
        latencies = measured;
    }

    @Override
    public void sampleWorth(SampleWorth told) {
        worth = told;
        load.sampleWorth(told);
        tiers.sampleWorth(told);
    }

    @Override
    public void othersClaims(List<TierClaim> claims) {
        tiers.share().others(claims);
    }

    @Override
    public Optional<TierClaim> claim() {
        return Optional.of(tiers.share().claim()).filter(claim -> claim.bytes() > 0);
    }

    @Override
    public void explain(int mostBlocks) {
        explainedBlocks = mostBlocks;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the heat is not sorted by address or the residency is of another snapshot
     */
    @Override
    public MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
        NumaPolicy.checkInputs(heat, residency);
        NodeTable nodes = new NodeTable(topology, settings.minFreePercent(), rules);
        DecisionLog log = new DecisionLog(explainedBlocks);
        PlanDraft draft = new PlanDraft(log);
        draft.weighedBy(heat.weight(), worth);
        draft.note(heat.movedUsers());
        Judge judge = new Judge(settings, nodes, costs, worth, heatWindow.note(heat), log.isOn());
        BlockWalk walk = new BlockWalk(heat, residency, ranges, nodes, judge, draft);
        if (heat.weight() == HeatWeight.MISS_LATENCY || latencies.isUnknown()) {
            load.averageLatencies(HeatLatencies.of(heat, residency, nodes));
        } else {
            load.latencies(latencies);
        }
        load.begin(walk.tallyAll(), nodes, nowNs);
        walk.walk(load, log);
        if (guard.isPaused(nowNs)) {
            load.leaveAll(draft);
            return draft.pause(guard.text(nowNs));
        }
        draft.pick(settings.budgetBytes(), nodes, holds, nowNs);
        if (draft.moveCount() > 0) {
            guard.note(draft.moveCount(), draft.reversals(), nowNs);
        }
        load.pick(draft, holds, costs, nowNs);
        if (rules.canMove()) {
            tiers.plan(new Round(nowNs, heat, residency, window, tally, ranges, nodes), draft);
        }
        MigrationPlan plan = draft.plan();
        plan.moves().forEach(
                move -> tally.moved(move.startAddress(), move.bytes(), move.fromNodeId(), move.toNodeId()));
        return plan;
    }
}
