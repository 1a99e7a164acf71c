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
    private final MajorityRule cheapest;
    private final MajorityRule goodEnough;
    private final boolean isExplained;
    private double sureShare;

    /**
     * Makes a judge for one round.
     *
     * @param worth of a sample
     * @param windowNs over how long the snapshot's counts were gathered
     * @param isExplained whether numbers are wanted of the best move also where the block stays because that gains too little
     */
    Judge(NumaPolicySettings settings, NodeTable nodes, MoveCosts costs, SampleWorth worth, long windowNs,
            boolean isExplained) {
        this.settings = settings;
        this.nodes = nodes;
        this.costs = costs;
        this.nsPerDistance = worth.nsPerDistance();
        this.horizonPerWindow = (double) settings.horizonNs() / windowNs;
        this.belief = new Belief(nodes);
        this.full = new boolean[nodes.limit()];
        this.cheapest = new MajorityRule(nodes, 1);
        this.goodEnough = new MajorityRule(nodes, 1 - settings.minGainShare());
        this.isExplained = isExplained;
    }

    /** What is believed of a block, given what its neighbours say; valid until the next question. */
    Belief beliefOf(BlockTally block, Belief neighbours) {
        belief.fromOwn(block, neighbours);
        return belief;
    }

    /**
     * Judges a block, given what its neighbours say.
     *
     * @param mainUser the node that most of its samples come from, as far as the caller knows; -1: it does not
     */
    void judge(BlockTally block, Belief neighbours, int mainUser, Verdict into) {
        into.begin();
        if (block.presentPages() == 0) {
            into.stay(StayReason.NOT_PRESENT);
        } else if (!hasSamples(block)) {
            into.stay(StayReason.NOT_SURE);
        } else if (isBestPlace(block, neighbours, mainUser)) {
            into.stay(StayReason.BEST_PLACE);
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

    /**
     * Whether a block, which must have samples enough to say so, would rather stay, or go to another node that has room.
     *
     * @param mainUser as for {@link #judge}
     */
    boolean dissents(BlockTally block, Belief neighbours, int mainUser, int nodeId) {
        int place = block.mainPlaceBut(BlockDecision.NO_NODE);
        boolean isRuled = !nodes.hasClosed() && place >= 0 && nodes.isSameTier(place, nodeId);
        if (isRuled && mainUser >= 0 && hasMajority(block, neighbours, mainUser, cheapest.enough(nodeId, mainUser))) {
            return false;
        }
        belief.fromOwn(block, neighbours);
        double[] costs = belief.costs();
        double scale = belief.scale();
        double costThere = costs[nodeId] * scale;
        for (int other = 0; other < full.length; other++) {
            if (costs[other] * scale < costThere && nodes.mayCome(other, place)
                    && (block.pagesAt(other) > 0 || nodes.hasRoom(other, block.bytes()))) {
                return true;
            }
        }
        return false;
    }

    /** Whether all of a block lies where so many of its samples make it belong that it is not worth looking at other nodes. */
    private boolean isBestPlace(BlockTally block, Belief neighbours, int mainUser) {
        int place = onlyPlace(block);
        return place >= 0 && mainUser >= 0 && hasMajority(block, neighbours, mainUser,
                (isExplained ? cheapest : goodEnough).enough(place, mainUser));
    }

    /** The place of a block that the rules of majority speak of; -1: there is none. */
    private int onlyPlace(BlockTally block) {
        int place = nodes.hasClosed() ? BlockDecision.NO_NODE : block.mainPlaceBut(BlockDecision.NO_NODE);
        return place >= 0 && block.pagesAt(place) == block.presentPages() ? place : BlockDecision.NO_NODE;
    }

    /** Whether more than this share of what is believed of a block comes from one user. */
    private static boolean hasMajority(BlockTally block, Belief neighbours, int user, double enough) {
        double samples = neighbours.roughSamples();
        double ofUser = block.samplesFrom(user) + samples * neighbours.roughShare(user);
        return ofUser > enough * (block.samples() + samples);
    }

    /**
     * Whether no page of a block can move, as far as that is clear without looking at them: too few samples, or all lie where
     * so many samples are from the main user that none of them can have enough from others. The worst page has as many samples as any,
     * all from others if there are so many, and leaves the least of the main user's to its neighbours.
     */
    boolean holdsPages(BlockTally block, Belief neighbours, int mainUser) {
        double most = block.mostOfPage();
        if (most < settings.minSamples()) {
            return true;
        }
        int place = onlyPlace(block);
        double all = block.samples() + neighbours.roughSamples() - most;
        if (place < 0 || mainUser < 0 || all < Belief.MAX_PRIOR_SAMPLES) {
            return false;
        }
        double ofUser = block.samplesFrom(mainUser) + neighbours.roughSamples() * neighbours.roughShare(mainUser) - most;
        double ofOthers = Math.min(most, block.samples() - block.samplesFrom(mainUser));
        return ofUser / all * Belief.MAX_PRIOR_SAMPLES
                > goodEnough.enough(place, mainUser) * (ofOthers + Belief.MAX_PRIOR_SAMPLES);
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
