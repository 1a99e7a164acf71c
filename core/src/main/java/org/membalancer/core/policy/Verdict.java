// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** What should become of one block. Reused, not allocated: read it before the next question. */
final class Verdict {
    private StayReason stayReason = StayReason.NOT_SURE;
    private MoveReason moveReason = MoveReason.NEARER;
    private boolean isMove;
    private int fromNodeId = BlockDecision.NO_NODE;
    private int toNodeId = BlockDecision.NO_NODE;
    private double gainPerAccess;
    private double benefitNs;
    private double costNs;

    /** Forgets the last block. */
    void begin() {
        isMove = false;
        fromNodeId = BlockDecision.NO_NODE;
        toNodeId = BlockDecision.NO_NODE;
        gainPerAccess = 0;
        benefitNs = 0;
        costNs = 0;
    }

    /** Notes a move that is considered, and what it would bring and cost. */
    void consider(int from, int to, double gain, double benefit, double cost) {
        fromNodeId = from;
        toNodeId = to;
        gainPerAccess = gain;
        benefitNs = benefit;
        costNs = cost;
    }

    void stay(StayReason why) {
        isMove = false;
        stayReason = why;
    }

    /**
     * Stays for the reason of a larger block that it is part of.
     *
     * @param ofBenefit its part of that one's samples that would gain
     * @param ofCost its part of the pages that would move
     */
    void stayWith(Verdict larger, double ofBenefit, double ofCost) {
        stay(larger.stayReason);
        consider(larger.fromNodeId, larger.toNodeId, larger.gainPerAccess, ofBenefit * larger.benefitNs,
                ofCost * larger.costNs);
    }

    /** Decides for the move that is considered. */
    void move(MoveReason why) {
        isMove = true;
        moveReason = why;
    }

    boolean isMove() {
        return isMove;
    }

    boolean isTooDear() {
        return !isMove && stayReason == StayReason.TOO_DEAR;
    }

    boolean isUnsure() {
        return !isMove && stayReason == StayReason.NOT_SURE;
    }

    StayReason reason() {
        return stayReason;
    }

    MoveReason moveReason() {
        return moveReason;
    }

    int fromNodeId() {
        return fromNodeId;
    }

    int toNodeId() {
        return toNodeId;
    }

    MoveNumbers numbers(double samples) {
        return new MoveNumbers(samples, gainPerAccess, benefitNs, costNs);
    }

    double benefitNs() {
        return benefitNs;
    }
}
