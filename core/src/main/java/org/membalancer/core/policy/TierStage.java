// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.membalancer.core.topology.Tier;

/**
 * Moves hot pages up and cold pages down between tiers.
 *
 * <p>A histogram tells how hot a page must be to belong to the hottest ones that just fill the faster tier. What is
 * hotter and lies below goes up; where the faster tier has no room, something that it can do without makes way in the
 * same plan, before, so that a full tier never blocks. The exchange must be sure (the samples of both differ by more
 * than chance) and worth its cost. Pages that no sample ever saw go first; they count as cold only next to a page that
 * had so many samples that one as hot would have been seen. What is just too much for the tier is warm: it fills room,
 * and is not exchanged for its like. Independently, a tier that is fuller than its cap gives its coldest pages away, and so
 * does a process that has more of the fastest tier than its share where others want it too ({@link TierShare}).
 *
 * <p>Owned by one thread.
 */
final class TierStage {
    private static final double MIN_SAMPLES = 2;
    private static final double CERTAINTY = 1.2;
    private static final double COLD_AFTER_SAMPLES = 3;
    private static final double HOP_HEADROOM = 1.5;
    private static final int UNITS_PER_NODE = 64;
    private static final int PAIRS_PER_BATCH = 1024;
    private static final double UNIT_BYTES = 4096;

    private final TierRules rules;
    private final NumaPolicySettings settings;
    private final MoveCosts costs;
    private final HeatHistory history;
    private final HeatUnits units = new HeatUnits();
    private final TierShare share = new TierShare();
    private final List<BlockMove> down = new ArrayList<>();
    private final List<BlockMove> up = new ArrayList<>();
    private long[] candidates = new long[0];
    private float[] byNode = new float[0];
    private final LongWorth worth = new LongWorth();
    private long wayUpBytes;
    private long wayDownBytes;
    private long pendingBytes;

    TierStage(TierRules rules, NumaPolicySettings settings, MoveCosts costs) {
        this.rules = rules;
        this.settings = settings;
        this.history = new HeatHistory(settings.holdNs());
        this.costs = costs;
    }

    /** What this process may have of the fastest tier. */
    TierShare share() {
        return share;
    }

    /** Tells what a sample is worth. Accesses alone count here, which are at most as many: that errs to the safe side. */
    void sampleWorth(SampleWorth told) {
        worth.tell(told);
    }

    /** Adds a plan's moves between tiers, as far as the budget allows. */
    void plan(Round round, PlanDraft draft) {
        history.note(round.heat());
        worth.note(round.heat().takenAtNs());
        units.fill(round.heat(), round.residency(), round.ranges(), history, round.nodes(),
                mostUnitBytes(round));
        byNode = new float[round.heat().nodeCount()];
        if (rules.isByHop()) {
            keepHeadroomByHop(round, draft);
            return;
        }
        share.begin(round, rules.tiers().get(0), units, history);
        if (!share.note().isEmpty()) {
            draft.note(share.note());
        }
        for (int position = rules.tiers().size() - 1; position >= 0; position--) {
            TierRule rule = rules.tiers().get(position);
            if (rule.promote().isOpen()) {
                promote(round, rule, rules.tiers().get(rule.promote().toTier()), draft);
            }
        }
        for (TierRule rule : rules.tiers()) {
            if (rule.demote().isOpen()) {
                keepHeadroom(round, rule, draft);
            }
        }
    }

    /** A larger unit would be too coarse for a node, or over a limit of each round, and would wait for ever. */
    private long mostUnitBytes(Round round) {
        long most = Math.min(smallestNodeBytes(round) / UNITS_PER_NODE, settings.budgetBytes() / 2);
        for (TierRule rule : rules.tiers()) {
            most = rule.promote().isOpen() ? Math.min(most, rule.promote().mostBytes()) : most;
            most = rule.demote().isOpen() ? Math.min(most, rule.demote().mostBytes()) : most;
        }
        return most;
    }

    private long smallestNodeBytes(Round round) {
        long least = Long.MAX_VALUE;
        for (int nodeId = 0; nodeId < round.nodes().limit(); nodeId++) {
            boolean isPart = round.nodes().exists(nodeId) && round.nodes().hasMemory(nodeId)
                    && (rules.isByHop() || rules.tierOf(nodeId) >= 0);
            least = isPart ? Math.min(least, round.nodes().totalBytes(nodeId)) : least;
        }
        return least;
    }

    private void promote(Round round, TierRule slow, TierRule fast, PlanDraft draft) {
        double placedFrom = placedFrom(round, slow, fast);
        int count = collectCandidates(round, slow, placedFrom, draft);
        Victims victims = new Victims(round, history, units, fast, placedFrom);
        wayUpBytes = slow.promote().mostBytes();
        wayDownBytes = fast.demote().isOpen() ? fast.demote().mostBytes() : 0;
        Optional<StayReason> end = isOpen(round, fast) ? Optional.empty() : Optional.of(StayReason.TARGET_BUSY);
        for (int n = 0; n < count; n++) {
            int i = (int) ~candidates[n];
            Optional<StayReason> stay = end.isPresent() ? end : promote(round, i, fast, victims, draft);
            stay.ifPresent(draft::stay);
            boolean isLast = stay.isPresent() && stay.get() != StayReason.HELD && stay.get() != StayReason.TOO_DEAR;
            end = isLast ? stay : Optional.empty();
            flushFull(draft);
        }
        flush(draft);
    }

    /** Plans that one unit goes up, with what makes way for it; returns why it does not. */
    private Optional<StayReason> promote(Round round, int i, TierRule fast, Victims victims, PlanDraft draft) {
        if (history.isHeld(units.address(i) >>> HeatUnits.PAGE_SHIFT, round.nowNs())) {
            return Optional.of(StayReason.HELD);
        }
        if (units.bytes(i) > wayUpBytes || isOverBudget(draft, 2L * units.bytes(i))) {
            return Optional.of(StayReason.OVER_BUDGET);
        }
        if (!isWorth(round, i, nearestNode(round, i, fast))) {
            return Optional.of(StayReason.TOO_DEAR);
        }
        int to = nearestNodeWithRoom(round, i, fast);
        while (to < 0) {
            Optional<StayReason> stay = makeWay(round, i, fast, victims);
            if (stay.isPresent()) {
                return stay;
            }
            to = nearestNodeWithRoom(round, i, fast);
        }
        goUp(round, i, to);
        return Optional.empty();
    }

    /** Plans that the next victim goes down; returns why it does not. */
    private Optional<StayReason> makeWay(Round round, int i, TierRule fast, Victims victims) {
        if (!fast.demote().isOpen() || !victims.next()) {
            return Optional.of(StayReason.TARGET_FULL);
        }
        if (!isSurelyHotter(i, victims)) {
            return Optional.of(StayReason.NOT_HOT);
        }
        int below = lowerNode(round, victims.place(), fast, victims.bytes());
        if (below < 0) {
            return Optional.of(StayReason.TARGET_FULL);
        }
        if (victims.bytes() > wayDownBytes) {
            return Optional.of(StayReason.OVER_BUDGET);
        }
        goDown(round, victims, below);
        return Optional.empty();
    }

    private static boolean isOpen(Round round, TierRule tier) {
        return tier.tier().nodeIds().stream()
                .anyMatch(nodeId -> round.nodes().exists(nodeId)
                && !round.nodes().isClosed(nodeId) && !round.nodes().isTierClosed(nodeId));
    }

    /** How hot a page must be to belong to what fills the faster tier. */
    private double placedFrom(Round round, TierRule slow, TierRule fast) {
        HeatHistogram histogram = new HeatHistogram();
        boolean[] isFast = round.nodes().maskOf(fast.tier());
        boolean[] isSlow = round.nodes().maskOf(slow.tier());
        long oursBytes = 0;
        for (int i = 0; i < units.count(); i++) {
            boolean isUp = isFast[units.place(i)];
            if (isUp || isSlow[units.place(i)]) {
                histogram.add(units.density(i), units.bytes(i), units.samples(i));
                oursBytes += isUp ? units.bytes(i) : 0;
            }
        }
        oursBytes = Math.max(oursBytes, round.tally().bytesOn(fast.tier().nodeIds()));
        long roomBytes = oursBytes;
        for (int nodeId : fast.tier().nodeIds()) {
            roomBytes += roomBytes(round, nodeId, fast);
        }
        boolean isShared = fast.tier().equals(rules.tiers().get(0).tier());
        return histogram.placedFrom(isShared ? Math.min(roomBytes, share.shareBytes()) : roomBytes);
    }

    /** Collects what may go up, hottest first, and counts the rest of the tier's units as staying. */
    private int collectCandidates(Round round, TierRule slow, double placedFrom, PlanDraft draft) {
        boolean[] isSlow = round.nodes().maskOf(slow.tier());
        int most = 0;
        for (int i = 0; i < units.count(); i++) {
            most += isCandidate(i, isSlow, placedFrom) ? 1 : 0;
        }
        candidates = candidates.length < most ? new long[most] : candidates;
        int count = 0;
        int ofTier = 0;
        for (int i = 0; i < units.count(); i++) {
            if (!isSlow[units.place(i)]) {
                continue;
            }
            ofTier++;
            if (!isCandidate(i, isSlow, placedFrom)) {
                draft.stay(units.density(i) < placedFrom ? StayReason.NOT_HOT : StayReason.NOT_SURE);
            } else {
                candidates[count++] = ~((long) Float.floatToIntBits(units.density(i)) << Integer.SIZE | i);
            }
        }
        Arrays.sort(candidates, 0, count);
        int allowed = (int) Math.ceil(ofTier * slow.promote().percent() / 100);
        for (int n = allowed; n < count; n++) {
            draft.stay(StayReason.NOT_HOT);
        }
        return Math.min(count, allowed);
    }

    private boolean isCandidate(int i, boolean[] isSlow, double placedFrom) {
        return isSlow[units.place(i)] && units.density(i) >= placedFrom
                && units.samples(i) >= MIN_SAMPLES;
    }

    /** Whether a unit is surely hotter, page by page, than what would make way for it. */
    private boolean isSurelyHotter(int i, Victims victims) {
        double samples = units.samples(i);
        double scale = (double) units.bytes(i) / victims.bytes();
        double victimSamples = victims.samples() * scale;
        double chance = CERTAINTY * Math.sqrt(samples + victimSamples * scale + 1);
        return samples - victimSamples > chance && (victimSamples > 0 || samples >= COLD_AFTER_SAMPLES);
    }

    /** Whether the gain of a promotion is worth the cost of two moves, as it may need an exchange. */
    private boolean isWorth(Round round, int i, int to) {
        int from = units.place(i);
        double costNs = costNs(round, from, to, units.bytes(i)) + costNs(round, to, from, units.bytes(i));
        return benefitNs(round, i, to) > costNs * settings.minBenefitPerCost();
    }

    private double benefitNs(Round round, int i, int to) {
        double gain = distanceTo(round, i, units.place(i)) - distanceTo(round, i, to);
        double horizonShare = settings.horizonNs() / history.observedNs();
        return gain * units.samples(i) * units.factor(i) * horizonShare * worth.nsPerDistance();
    }

    private double costNs(Round round, int from, int to, long bytes) {
        return bytes / UNIT_BYTES * costs.nsPer4KiB(from, to, round.heat().pageBytes());
    }

    private void goUp(Round round, int i, int to) {
        int from = units.place(i);
        double gain = distanceTo(round, i, from) - distanceTo(round, i, to);
        up.add(new BlockMove(units.address(i), units.bytes(i), from, to, MoveReason.PROMOTED, new MoveNumbers(
                units.samples(i), gain, benefitNs(round, i, to), costNs(round, from, to, units.bytes(i)))));
        wayUpBytes -= units.bytes(i);
        planned(round, from, to, units.address(i), units.bytes(i));
    }

    private void goDown(Round round, Victims victims, int to) {
        int from = victims.place();
        double gain = round.nodes().distance(from, from) - round.nodes().distance(from, to);
        down.add(new BlockMove(victims.address(), victims.bytes(), from, to, MoveReason.DEMOTED,
                new MoveNumbers(victims.samples(), gain, 0, costNs(round, from, to, victims.bytes()))));
        wayDownBytes -= victims.bytes();
        planned(round, from, to, victims.address(), victims.bytes());
    }

    private void planned(Round round, int from, int to, long address, long bytes) {
        pendingBytes += bytes;
        share.moved(from, to, bytes);
        round.nodes().take(to, bytes);
        round.nodes().give(from, bytes);
        for (long at = address; at < address + bytes; at += 1L << HeatUnits.PAGE_SHIFT) {
            history.noteMove(at >>> HeatUnits.PAGE_SHIFT, round.nowNs());
        }
    }

    /** Every node is the first ring of its own CPUs: what is cold there goes one ring on, so that what is hot finds room. */
    private void keepHeadroomByHop(Round round, PlanDraft draft) {
        double capPercent = Math.max(1, 100 - HOP_HEADROOM * settings.minFreePercent());
        for (int nodeId = 0; nodeId < round.nodes().limit(); nodeId++) {
            if (round.nodes().exists(nodeId) && round.nodes().hasMemory(nodeId)) {
                keepHeadroom(round, new TierRule("node " + nodeId, Tier.of(nodeId), capPercent, TierRule.Way.NONE,
                        TierRule.Way.all(0)), draft);
            }
        }
    }

    private void keepHeadroom(Round round, TierRule rule, PlanDraft draft) {
        boolean isOver = share.isOver();
        if (rule.tier().nodeIds().stream().noneMatch(nodeId -> mustGive(round, nodeId, rule, isOver))) {
            return;
        }
        double mean = history.total() / Math.max(1, round.window().count() + units.count());
        boolean isKnown = mean * (1L << units.shift() - HeatUnits.PAGE_SHIFT) >= COLD_AFTER_SAMPLES;
        Victims victims = new Victims(round, history, units, rule, Double.POSITIVE_INFINITY);
        wayDownBytes = rule.demote().mostBytes();
        while (isKnown && victims.next()) {
            if (!mustGive(round, victims.place(), rule, isOver)) {
                continue;
            }
            int below = lowerNode(round, victims.place(), rule, victims.bytes());
            boolean isTooMuch = victims.bytes() > wayDownBytes || isOverBudget(draft, victims.bytes());
            if (below < 0 || isTooMuch) {
                draft.stay(below < 0 ? StayReason.TARGET_FULL : StayReason.OVER_BUDGET);
                break;
            }
            goDown(round, victims, below);
            flushFull(draft);
        }
        flush(draft);
    }

    /** Whether a node is fuller than its cap, or has some of what this process has over its share. */
    private boolean mustGive(Round round, int nodeId, TierRule rule, boolean isOver) {
        return roomBytes(round, nodeId, rule) < 0 || isOver && share.roomBytes(nodeId) < 0;
    }

    private boolean isOverBudget(PlanDraft draft, long bytes) {
        return draft.plannedBytes() + pendingBytes + bytes > settings.budgetBytes();
    }

    /** The node of a tier where a unit is nearest to those who use it. */
    private int nearestNode(Round round, int i, TierRule tier) {
        return nearest(round, i, tier, Long.MIN_VALUE);
    }

    /** The same, of those with room; -1: none has. */
    private int nearestNodeWithRoom(Round round, int i, TierRule tier) {
        return nearest(round, i, tier, units.bytes(i));
    }

    private int nearest(Round round, int i, TierRule tier, long bytes) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int nodeId : tier.tier().nodeIds()) {
            boolean isOpen = round.nodes().exists(nodeId) && !round.nodes().isClosed(nodeId);
            if (isOpen && (bytes == Long.MIN_VALUE || hasRoom(round, nodeId, tier, bytes))) {
                double distance = distanceTo(round, i, nodeId);
                best = distance < least ? nodeId : best;
                least = Math.min(least, distance);
            }
        }
        return best;
    }

    /** The nearest node of the tier below with room; -1: none. */
    private int lowerNode(Round round, int fromNodeId, TierRule fast, long bytes) {
        TierRule slow = rules.isByHop() ? otherNodes(round, fromNodeId, fast)
                : rules.tiers().get(fast.demote().toTier());
        int best = -1;
        for (int nodeId : slow.tier().nodeIds()) {
            boolean isNearer = best < 0
                    || round.nodes().distance(fromNodeId, nodeId) < round.nodes().distance(fromNodeId, best);
            if (isNearer && nodeId != fromNodeId && hasRoom(round, nodeId, slow, bytes)) {
                best = nodeId;
            }
        }
        return best;
    }

    private static TierRule otherNodes(Round round, int butNodeId, TierRule like) {
        List<Integer> others = new ArrayList<>();
        for (int nodeId = 0; nodeId < round.nodes().limit(); nodeId++) {
            if (nodeId != butNodeId && round.nodes().exists(nodeId) && round.nodes().hasMemory(nodeId)) {
                others.add(nodeId);
            }
        }
        Tier tier = others.isEmpty() ? Tier.of(butNodeId) : new Tier(others);
        return new TierRule("others", tier, like.capPercent(), TierRule.Way.NONE, TierRule.Way.NONE);
    }

    private boolean hasRoom(Round round, int nodeId, TierRule tier, long bytes) {
        return round.nodes().exists(nodeId) && Math.min(roomBytes(round, nodeId, tier), share.roomBytes(nodeId)) >= bytes;
    }

    private static long roomBytes(Round round, int nodeId, TierRule tier) {
        if (!round.nodes().exists(nodeId)) {
            return 0;
        }
        double reserve = round.nodes().totalBytes(nodeId) * (100 - tier.capPercent()) / 100;
        return round.nodes().freeBytes(nodeId) - (long) Math.ceil(reserve);
    }

    /** Mean distance of the i-th unit's accesses if it lay on a node. */
    private double distanceTo(Round round, int i, int nodeId) {
        double sum = 0;
        double samples = 0;
        for (int page = units.first(i); page < units.end(i); page++) {
            round.heat().samples(page, byNode);
            for (int from = 0; from < byNode.length; from++) {
                if (byNode[from] > 0 && round.nodes().exists(from)) {
                    sum += byNode[from] * round.nodes().distance(from, nodeId);
                    samples += byNode[from];
                }
            }
        }
        return samples == 0 ? 0 : sum / samples;
    }

    private void flushFull(PlanDraft draft) {
        if (down.size() >= PAIRS_PER_BATCH) {
            flush(draft);
        }
    }

    /** What makes room goes before what needs it. */
    private void flush(PlanDraft draft) {
        MoveMerger.merged(down).forEach(draft::add);
        MoveMerger.merged(up).forEach(draft::add);
        down.clear();
        up.clear();
        pendingBytes = 0;
    }
}
