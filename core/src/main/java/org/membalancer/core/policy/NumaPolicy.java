// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topology;

/**
 * Moves memory to the node from which it is used, where the samples are sure and the gain is worth it.
 *
 * <p>For a block accessed a(j) times from node j, memory on node i costs the sum of a(j) * distance(j, i). The node
 * with memory, room and the least cost is the target. A block moves only if the lower confidence bound of the gain is
 * above a minimum, the gain over a horizon exceeds the cost of the move ({@link Judge}), the target keeps its reserve
 * of free memory, the block did not move a short while ago ({@link HoldTable}), and the round's budget has room for it;
 * the most valuable blocks per byte come first. Pages that lie on the target already are never counted as gain or cost.
 *
 * <p><b>How large a block is.</b> Samples are few: a second of sampling on a small machine gives one per hundred pages
 * or so. So blocks are judged from the largest down, each inside one movable range:
 * <ul>
 * <li><b>2 MiB</b> as a whole, pages without samples included, if at least half of its 64 KiB blocks have samples, or
 * nearly as many as so few samples would hit in a block that is used all over (a hot set is moved whole within seconds,
 * and a few hot pages in a cold stretch do not drag it along), at least a
 * quarter of its sampled pages lie elsewhere (else the stragglers are cheaper to move one by one), it is sure as a
 * whole, and none of its 64 KiB blocks would rather be on another node;
 * <li><b>256 KiB</b> by the same rules, for the ends of a hot set that fill a 2 MiB block in part;
 * <li><b>64 KiB</b> otherwise, pages without samples included: neighbours at that distance belong to the same objects
 * nearly always, and one page alone seldom has samples enough;
 * <li><b>single pages</b> only inside a 64 KiB block that has samples enough but no clear answer, if one of its pages
 * has: two threads on two nodes share the block, not the page.
 * </ul>
 * What the surroundings say counts as prior knowledge of bounded weight ({@link Belief}): it makes a sparse sample of a
 * one-sided stretch sure quickly, and a chance streak in a shared stretch not sure at all.
 *
 * <p>Owned by one thread. The same inputs and history give the same plan.
 */
public final class NumaPolicy implements PlacementPolicy {
    private final NumaPolicySettings settings;
    private final MoveCosts costs;
    private final HoldTable holds;
    private final PingPongGuard guard;
    private final HeatWindow window = new HeatWindow();
    private MovableRanges ranges;
    private SampleWorth worth = SampleWorth.unknown();
    private int explainedBlocks;

    /**
     * Makes a policy.
     *
     * @param settings what to weigh
     * @param movable ranges that may be moved; nothing outside is
     */
    public NumaPolicy(NumaPolicySettings settings, List<AddressRange> movable) {
        this(settings, movable, MoveCosts.unknown());
    }

    /**
     * Makes a policy that knows what moves cost.
     *
     * @param settings what to weigh
     * @param movable ranges that may be moved; nothing outside is
     * @param costs of moving; asked while planning
     */
    public NumaPolicy(NumaPolicySettings settings, List<AddressRange> movable, MoveCosts costs) {
        this.settings = settings;
        this.costs = costs;
        this.holds = new HoldTable(settings.holdNs(), settings.maxHoldNs());
        this.guard = PingPongGuard.of(settings);
        this.ranges = MovableRanges.of(movable);
    }

    @Override
    public void movableRanges(List<AddressRange> movable) {
        ranges = MovableRanges.of(movable);
    }

    @Override
    public void sampleWorth(SampleWorth told) {
        worth = told;
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
        checkInputs(heat, residency);
        NodeTable nodes = new NodeTable(topology, settings.minFreePercent());
        Judge judge = new Judge(settings, nodes, costs, worth, window.note(heat), explainedBlocks > 0);
        PlanDraft draft = new PlanDraft(new DecisionLog(explainedBlocks));
        draft.weighedBy(HeatWeight.COUNTS, worth);
        draft.note(heat.movedUsers());
        BlockWalk walk = new BlockWalk(heat, residency, ranges, nodes, judge, draft);
        walk.tallyAll();
        walk.walk();
        if (guard.isPaused(nowNs)) {
            return draft.pause(guard.text(nowNs));
        }
        draft.pick(settings.budgetBytes(), nodes, holds, nowNs);
        if (draft.moveCount() > 0) {
            guard.note(draft.moveCount(), draft.reversals(), nowNs);
        }
        return draft.plan();
    }

    /** Checks that what is to be planned with fits together. */
    static void checkInputs(HeatSnapshot heat, Residency residency) {
        if (!heat.isSortedByAddress() || residency.pageCount() != heat.pageCount()) {
            throw new IllegalArgumentException("heat must be sorted and residency be of the same snapshot: isSorted="
                    + heat.isSortedByAddress() + " heat pages=" + heat.pageCount() + " residency pages="
                    + residency.pageCount());
        }
    }
}
