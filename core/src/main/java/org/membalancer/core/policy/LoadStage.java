// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.membalancer.core.topology.NodeLatencies;

/**
 * Takes load off a memory controller that answers late.
 *
 * <p><b>Spreading.</b> Memory that several nodes use alike is as near on one node as on another; where one controller
 * carries clearly more than the others (the deviation of the loads is more than {@value #MAX_IMBALANCE} of their mean, as
 * in Carrefour) and answers later, such blocks go to those that carry too little until every node carries its share. Shares
 * are even, or by the nodes' weights where the machine has some: that is weighted interleave of memory that exists
 * already. Which of several nodes a block goes to is drawn, by what each still lacks.
 *
 * <p><b>Relieving.</b> Where the node that should be the fastest for those who use it is measured to be slower than
 * another one, after Colloid, half of the excess goes there at once; a loaded controller gains more from that than one
 * with room loses, so the node is relieved beyond equal latency, step by step, for as long as the mean latency falls.
 * While it is relieved nothing is moved to it. When it answers clearly faster than after the last step, the load is gone.
 *
 * <p>Latencies that are measured in a moment are noisy: what is to be done begins when {@value #STEADY_ROUNDS} rounds in a row
 * ask for the same. Those that samples tell are averages over a while already. Rounds may come a tenth of a second apart, and what is
 * known by then tells neither how much a step moves nor whether it helped: a step waits until there have been samples enough
 * for a second, and for a second after the last one.
 *
 * <p>Without latencies nothing is done: counts of samples do not tell a controller that carries all of a small load from
 * one that is drowned. Owned by one thread.
 */
final class LoadStage {
    static final double MAX_IMBALANCE = 0.35;

    private static final double MIN_EXCESS = 0.15;
    private static final double INDIFFERENT = 0.1;
    private static final double RELIEVED_RATIO = 0.8;
    private static final double MIN_IMPROVEMENT = 0.02;
    private static final double GONE_RATIO = 0.85;
    private static final double STEP_SHARE = 0.5;
    private static final double NEXT_STEP_SHARE = 0.25;
    private static final double MIN_SAMPLES = 256;
    private static final long WAIT_NS = 900_000_000; // a second, less what rounds may begin too soon
    private static final double DENSE = 2;
    private static final double LUCK = 3;
    private static final long PAUSE_NS = 64_000_000_000L;
    private static final long SETTLE_NS = 16_000_000_000L;
    private static final double SETTLED_SAMPLES_PER_PAGE = 4;
    private static final int STEADY_ROUNDS = 2;
    private static final int NONE = -1;

    private final NumaPolicySettings settings;
    private final List<Offer> offers = new ArrayList<>();
    private final Streak spreadStreak = new Streak();
    private final Streak reliefStreak = new Streak();
    private NodeLatencies latencies = NodeLatencies.unknown();
    private SampleWorth worth = SampleWorth.unknown();
    private int roundsNeeded = STEADY_ROUNDS;
    private NodeTable nodes;
    private BlockTally all;
    private int busy = NONE;
    private int target = NONE;
    private boolean isSpread;
    private double[] wantedSamples = {};
    private int relieved = NONE;
    private double relievedLatency;
    private long relievedNs;
    private double meanBefore;
    private double lastStep;
    private long waitsSinceNs;
    private boolean isTooSoon;
    private long pausedUntilNs = Long.MIN_VALUE;

    LoadStage(NumaPolicySettings settings) {
        this.settings = settings;
    }

    /** Replaces what is known about latencies by what was measured in a moment. */
    void latencies(NodeLatencies measured) {
        latencies = measured;
        roundsNeeded = STEADY_ROUNDS;
    }

    /** Replaces it by what samples tell on average. */
    void averageLatencies(NodeLatencies measured) {
        latencies = measured;
        roundsNeeded = 1;
    }

    /** Tells what a sample is worth. */
    void sampleWorth(SampleWorth told) {
        worth = told;
    }

    /** Looks at the loads of a round, before its blocks are judged. */
    void begin(BlockTally everything, NodeTable table, long nowNs) {
        all = everything;
        nodes = table;
        offers.clear();
        busy = NONE;
        wantedSamples = new double[nodes.limit()];
        if (waitsSinceNs == 0 || all.samples() < MIN_SAMPLES) {
            waitsSinceNs = nowNs;
        }
        isTooSoon = nowNs - waitsSinceNs < WAIT_NS;
        if (all.samples() < MIN_SAMPLES) {
            return;
        }
        if (!findSpread()) {
            findRelief(nowNs);
        }
        if (relieved != NONE) {
            nodes.close(relieved);
            nodes.closeTier(relieved);
        }
    }

    /** Whether this stage wants blocks of a node. */
    boolean wants(BlockTally block) {
        return busy != NONE && block.samples() > 0 && block.mainPlaceBut(NONE) == busy;
    }

    /** Takes a block that would stay; {@link #pick} decides. */
    void offer(BlockTally block, Belief belief, Verdict verdict, List<Double> samplesByNode) {
        int to = isSpread ? drawnTarget(block.startAddress()) : target;
        double here = belief.cost(busy);
        double gain = here - belief.cost(to);
        boolean isIndifferent = Math.abs(gain) <= INDIFFERENT * here;
        offers.add(new Offer(block.startAddress(), block.bytes(), block.samples(), to, gain,
                isIndifferent || !isSpread, verdict.reason(), samplesByNode));
    }

    /** Decides which of the offered blocks move. */
    void pick(PlanDraft draft, HoldTable holds, MoveCosts costs, long nowNs) {
        double mean = DENSE * offers.stream().mapToDouble(Offer::samples).average().orElse(0);
        double hot = mean + LUCK * Math.sqrt(mean);
        offers.sort(Comparator.comparing((Offer offer) -> offer.samples() < hot)
                .thenComparing(offer -> offer.startAddress() * 0x9E3779B97F4A7C15L));
        double movedSamples = 0;
        for (Offer offer : offers) {
            int to = offer.toNodeId();
            boolean isEnough = offer.samples() / 2 > wantedSamples[to];
            boolean isHeld = holds.isHeld(offer.startAddress(), offer.bytes(), to, nowNs)
                    || !holds.hasPlace(offer.startAddress(), offer.bytes(), nowNs);
            if (!offer.isFit() || isEnough) {
                draft.stay(offer.otherwise());
            } else if (isHeld) {
                draft.stay(StayReason.HELD);
            } else if (!nodes.hasRoom(to, offer.bytes())) {
                draft.stay(StayReason.TARGET_FULL);
            } else if (draft.plannedBytes() + offer.bytes() > settings.budgetBytes()) {
                draft.stay(StayReason.OVER_BUDGET);
            } else {
                movedSamples += offer.samples();
                wantedSamples[to] -= offer.samples();
                move(offer, draft, holds, costs, nowNs);
            }
        }
        noteStep(movedSamples, nowNs);
    }

    /** Lets all offered blocks stay, for the reason that they had. */
    void leaveAll(PlanDraft draft) {
        offers.forEach(offer -> draft.stay(offer.otherwise()));
        offers.clear();
    }

    private void move(Offer offer, PlanDraft draft, HoldTable holds, MoveCosts costs, long nowNs) {
        int to = offer.toNodeId();
        nodes.take(to, offer.bytes());
        holds.note(offer.startAddress(), offer.bytes(), to, nowNs);
        double costNs = offer.bytes() / 4096.0 * costs.nsPer4KiB(busy, to, 4096);
        double saved = Math.max(0, latency(busy) - latency(to)) / latency(busy) * 10;
        draft.add(new BlockMove(offer.startAddress(), offer.bytes(), busy, to,
                isSpread ? MoveReason.SPREAD : MoveReason.RELIEVED, new MoveNumbers(offer.samples(), offer.gain(),
                        saved * offer.samples() * worth.nsPerDistance(), costNs)));
    }

    private void noteStep(double movedSamples, long nowNs) {
        if (busy == NONE || movedSamples == 0) {
            return;
        }
        waitsSinceNs = nowNs;
        if (isSpread) {
            return;
        }
        relieved = busy;
        relievedLatency = Double.NaN;
        relievedNs = nowNs;
        lastStep = movedSamples / all.samples();
        meanBefore = meanLatency();
    }

    /** Compares what nodes carry for their weight. */
    private boolean findSpread() {
        int most = NONE;
        int least = NONE;
        double sum = 0;
        double squares = 0;
        int count = 0;
        int tier = nodes.tierOf(all.mainPlaceBut(NONE));
        for (int nodeId = 0; nodeId < nodes.limit(); nodeId++) {
            if (isPart(nodeId, tier)) {
                double load = load(nodeId);
                count++;
                sum += load;
                squares += load * load;
                most = most == NONE || load > load(most) ? nodeId : most;
                least = least == NONE || load < load(least) ? nodeId : least;
            }
        }
        if (count < 2 || sum == 0) {
            return false;
        }
        double mean = sum / count;
        double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
        boolean isLate = latencies.between(most, most) > (1 + MIN_EXCESS) * latencies.between(least, least);
        boolean isSteady =
                spreadStreak.isSteady(deviation > MAX_IMBALANCE * mean && isLate ? most : NONE, roundsNeeded);
        if (!isSteady || isTooSoon) {
            return false;
        }
        busy = most;
        isSpread = true;
        wantSpread(tier);
        return true;
    }

    private boolean isPart(int nodeId, int tier) {
        return nodes.exists(nodeId) && nodes.hasMemory(nodeId) && nodes.hasCpus(nodeId) && nodes.tierOf(nodeId) == tier;
    }

    private double load(int nodeId) {
        return all.samplesAt(nodeId) / nodes.weight(nodeId);
    }

    /** What the busy node has over its share goes to those that have less than theirs, in proportion to what they lack. */
    private void wantSpread(int tier) {
        double samples = 0;
        double weights = 0;
        for (int nodeId = 0; nodeId < nodes.limit(); nodeId++) {
            samples += isPart(nodeId, tier) ? all.samplesAt(nodeId) : 0;
            weights += isPart(nodeId, tier) ? nodes.weight(nodeId) : 0;
        }
        double lacking = 0;
        for (int nodeId = 0; nodeId < nodes.limit(); nodeId++) {
            double share = samples * nodes.weight(nodeId) / weights;
            wantedSamples[nodeId] = isPart(nodeId, tier) ? Math.max(0, share - all.samplesAt(nodeId)) : 0;
            lacking += wantedSamples[nodeId];
        }
        double excess = all.samplesAt(busy) - samples * nodes.weight(busy) / weights;
        for (int nodeId = 0; nodeId < nodes.limit(); nodeId++) {
            wantedSamples[nodeId] *= lacking > 0 ? excess / lacking : 0;
        }
    }

    /** One of the nodes that lack something, as likely as it lacks much; the same for the same address. */
    private int drawnTarget(long address) {
        long mixed = (address >>> 12) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 29) * 0x94D049BB133111EBL;
        double left = (mixed >>> 11) * 0x1p-53 * Sums.of(wantedSamples, 0, wantedSamples.length);
        int drawn = busy;
        for (int nodeId = 0; nodeId < wantedSamples.length && left >= 0; nodeId++) {
            if (wantedSamples[nodeId] > 0) {
                drawn = nodeId;
                left -= wantedSamples[nodeId];
            }
        }
        return drawn;
    }

    private void findRelief(long nowNs) {
        isSpread = false;
        if (relieved != NONE && !isTooSoon) {
            follow(nowNs);
        }
        if (relieved != NONE || nowNs < pausedUntilNs) {
            return;
        }
        int near = all.mainPlaceBut(NONE);
        int other = fastest(near);
        if (other == NONE || isNearer(other, near)) {
            return;
        }
        double excess = (latency(near) - latency(other)) / latency(near);
        boolean isSteady = reliefStreak.isSteady(excess > MIN_EXCESS ? near : NONE, roundsNeeded);
        if (isSteady && !isTooSoon) {
            begin(near, other, STEP_SHARE * excess);
        }
    }

    /**
     * After a step: another one if it helped and the node is still slow, an end if the load is gone. Latencies fall for a
     * while after a step: what they fall to in that time is the node's new normal.
     */
    private void follow(long nowNs) {
        double now = latency(relieved);
        double before = meanBefore;
        boolean isFirst = Double.isNaN(relievedLatency);
        if (isFirst || nowNs - relievedNs < settleNs()) {
            relievedLatency = now;
        }
        if (isFirst) {
            boolean hasHelped = meanLatency() < (1 - MIN_IMPROVEMENT) * before;
            int other = fastest(relieved);
            if (!hasHelped) {
                pausedUntilNs = nowNs + PAUSE_NS;
            } else if (other != NONE && now > RELIEVED_RATIO * latency(other)) {
                begin(relieved, other, NEXT_STEP_SHARE * lastStep);
            }
        } else if (now < GONE_RATIO * relievedLatency) {
            relieved = NONE;
        }
    }

    /**
     * How long latencies fall after a step. A sample changes its page's average by a quarter only, so that averages have
     * fallen when all pages have had some samples; about {@link #SETTLE_NS} worth of them are in a snapshot.
     */
    private double settleNs() {
        boolean isAverage = roundsNeeded == 1;
        double left = SETTLED_SAMPLES_PER_PAGE * all.presentPages() / all.samples();
        return isAverage ? SETTLE_NS * Math.max(1, left) : SETTLE_NS;
    }

    private void begin(int from, int to, double share) {
        busy = from;
        target = to;
        wantedSamples[to] = share * all.samplesAt(from);
    }

    /** The node that answers fastest, but this one. */
    private int fastest(int but) {
        int best = NONE;
        for (int nodeId = 0; nodeId < nodes.limit(); nodeId++) {
            boolean isKnown = nodeId != but && nodes.exists(nodeId) && nodes.hasMemory(nodeId)
                    && !Double.isNaN(latency(nodeId));
            if (isKnown && (best == NONE || latency(nodeId) < latency(best))) {
                best = nodeId;
            }
        }
        return Double.isNaN(latency(but)) ? NONE : best;
    }

    /** Whether distances say that a node is the better place for all accesses together. */
    private boolean isNearer(int nodeId, int than) {
        double here = 0;
        double there = 0;
        for (int from = 0; from < nodes.limit(); from++) {
            if (all.samplesFrom(from) > 0) {
                here += all.samplesFrom(from) * nodes.distance(from, than);
                there += all.samplesFrom(from) * nodes.distance(from, nodeId);
            }
        }
        return there < here;
    }

    /** Mean latency of the process's accesses to a node; NaN: not known. */
    private double latency(int nodeId) {
        double sum = 0;
        for (int from = 0; from < nodes.limit(); from++) {
            if (all.samplesFrom(from) > 0) {
                sum += all.samplesFrom(from) * latencies.between(from, nodeId);
            }
        }
        return sum / all.samples();
    }

    private double meanLatency() {
        double sum = 0;
        double samples = 0;
        for (int nodeId = 0; nodeId < nodes.limit(); nodeId++) {
            if (all.samplesAt(nodeId) > 0 && !Double.isNaN(latency(nodeId))) {
                sum += all.samplesAt(nodeId) * latency(nodeId);
                samples += all.samplesAt(nodeId);
            }
        }
        return sum / Math.max(1, samples);
    }

    /** A block that could make way, with what becomes of it otherwise. */
    private record Offer(long startAddress, long bytes, double samples, int toNodeId, double gain, boolean isFit,
            StayReason otherwise, List<Double> samplesByNode) {
    }

    /** In how many rounds in a row the same node was late. */
    private static final class Streak {
        private int lateNodeId = NONE;
        private int rounds;

        /** Notes a round, with no node where none is late; returns whether one has been for long enough. */
        boolean isSteady(int nodeId, int roundsNeeded) {
            rounds = nodeId == lateNodeId ? rounds + 1 : 1;
            lateNodeId = nodeId;
            return nodeId != NONE && rounds >= roundsNeeded;
        }
    }
}
