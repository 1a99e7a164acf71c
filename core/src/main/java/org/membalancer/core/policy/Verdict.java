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
     * Where a block has too few samples of its own and is part of a larger one that has enough, what keeps that one is why it
     * stays: more samples would change nothing.
     */
    void unsureAlone(Verdict around) {
        if (!isMove && stayReason == StayReason.NOT_SURE) {
            stay(around.stayReason);
            consider(around.fromNodeId, around.toNodeId, around.gainPerAccess, around.benefitNs, around.costNs);
        }
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
