// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * Decides about one block: is there a node that is surely better, with room, and worth the move?
 *
 * <p>Surely: the lower confidence bound of the gain per access is above the minimum. Worth: the gain to be expected
 * (SLIT units) times the samples that are sure to come over the horizon if the block stays as hot as it is, for those pages
 * that lie elsewhere, must exceed what their move costs ({@link MoveCosts}) {@code minBenefitPerCost} times over. What one unit
 * of distance of a sample is worth, {@link SampleWorth} tells.
 *
 * <p>Of samples those are sure that remain at the lower bound of their number. Among thousands of cold blocks some have a few
 * by chance, and moving all of their pages for it would not pay; a block amid hot ones needs as few to be known as hot.
 */
final class Judge {
    private static final double COST_UNIT_BYTES = 4096;
    private static final long BASE_PAGE_BYTES = 4096;
    private static final double SURE_DEVIATIONS = 2; // three would have hot memory wait, and nothing is lost where it was hot enough

    private final NumaPolicySettings settings;
    private final NodeTable nodes;
    private final MoveCosts costs;
    private final double nsPerDistance;
    private final double horizonPerWindow;
    private final Belief belief;
    private final boolean[] full;
    private double sureShare;

    /**
     * Makes a judge for one round.
     *
     * @param worth of a sample
     * @param windowNs over how long the snapshot's counts were gathered
     */
    Judge(NumaPolicySettings settings, NodeTable nodes, MoveCosts costs, SampleWorth worth, long windowNs) {
        this.settings = settings;
        this.nodes = nodes;
        this.costs = costs;
        this.nsPerDistance = worth.nsPerDistance();
        this.horizonPerWindow = (double) settings.horizonNs() / windowNs;
        this.belief = new Belief(nodes);
        this.full = new boolean[nodes.limit()];
    }

    /** What is believed of a block, given what its neighbours say; valid until the next question. */
    Belief beliefOf(BlockTally block, Belief neighbours) {
        belief.fromOwn(block, neighbours);
        return belief;
    }

    /** Judges a block, given what its neighbours say. */
    void judge(BlockTally block, Belief neighbours, Verdict into) {
        into.begin();
        if (block.presentPages() == 0) {
            into.stay(StayReason.NOT_PRESENT);
        } else if (!hasSamples(block)) {
            into.stay(StayReason.NOT_SURE);
        } else {
            belief.fromOwn(block, neighbours);
            sureShare = sureSamples(block.samples(), neighbours) / block.samples();
            chooseTarget(block, into);
        }
    }

    /**
     * How many samples a block has for sure: the lower bound of what its own number says, or of what that says together with
     * its neighbours, whichever is more. A number of samples is a Poisson variable, its deviation the root; what neighbours
     * lead to expect is a Gamma prior of as many samples as they are worth ({@link Belief#samples}).
     */
    private double sureSamples(double own, Belief neighbours) {
        double sure = atLeast(own, own);
        if (neighbours.expected() > 0) {
            double known = own + neighbours.samples();
            sure = Math.max(sure, atLeast(known / (1 + neighbours.samples() / neighbours.expected()), known));
        }
        return Math.max(0, sure);
    }

    private double atLeast(double mean, double samples) {
        return mean * (1 - SURE_DEVIATIONS / Math.sqrt(samples));
    }

    /** Whether a block has samples enough to be judged at all: what its neighbours say is not asked for else. */
    boolean hasSamples(BlockTally block) {
        return block.samples() >= settings.minSamples();
    }

    /** Whether a block, which must have samples enough to say so, would rather stay, or go to another node that has room. */
    boolean dissents(BlockTally block, Belief neighbours, int nodeId) {
        belief.fromOwn(block, neighbours);
        int place = block.mainPlaceBut(BlockDecision.NO_NODE);
        double costThere = belief.cost(nodeId);
        for (int other = 0; other < full.length; other++) {
            if (belief.cost(other) < costThere && nodes.mayCome(other, place)
                    && (block.pagesAt(other) > 0 || nodes.hasRoom(other, block.bytes()))) {
                return true;
            }
        }
        return false;
    }

    /** Takes the cheapest node that has room; one that would be better but is full is the reason to stay otherwise. */
    private void chooseTarget(BlockTally block, Verdict into) {
        nodes.markBarred(block.mainPlaceBut(BlockDecision.NO_NODE), full);
        boolean isBetterOneFull = false;
        for (int to = nodes.cheapest(belief, full); to >= 0; to = nodes.cheapest(belief, full)) {
            weigh(block, to, into);
            if (!into.isMove()) {
                break;
            }
            if (nodes.hasRoom(to, block.bytes())) {
                return;
            }
            isBetterOneFull = true;
            full[to] = true;
        }
        if (isBetterOneFull) {
            into.stay(StayReason.TARGET_FULL);
        }
    }

    private void weigh(BlockTally block, int to, Verdict into) {
        int from = block.mainPlaceBut(to);
        if (from < 0 || !nodes.isSameTier(from, to)) {
            into.stay(StayReason.BEST_PLACE);
            return;
        }
        if (nodes.isClosed(to)) {
            into.stay(StayReason.TARGET_BUSY);
            return;
        }
        double leastGain = settings.minGainShare() * belief.cost(from);
        double expectedGain = belief.cost(from) - belief.cost(to);
        double sureGain = nodes.gainLowerBound(belief, from, to, settings.confidence());
        double misplacedShare = (double) block.pagesNotAt(to) / block.presentPages();
        double expectedBytes = misplacedShare * block.bytes();
        double benefitNs = expectedGain * block.samplesNotAt(to) * sureShare * horizonPerWindow * nsPerDistance;
        double costNs = expectedBytes / COST_UNIT_BYTES * costs.nsPer4KiB(from, to, BASE_PAGE_BYTES);
        into.consider(from, to, sureGain, benefitNs, costNs);
        if (expectedGain <= leastGain) {
            into.stay(StayReason.BEST_PLACE);
        } else if (sureGain <= 0 || sureGain < leastGain) {
            into.stay(StayReason.NOT_SURE);
        } else if (benefitNs <= costNs * settings.minBenefitPerCost()) {
            into.stay(StayReason.TOO_DEAR);
        } else {
            into.move(MoveReason.NEARER);
        }
    }
}
