// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** What should become of one block. Reused, not allocated: read it before the next question. */
final class Verdict {
    private StayReason reason = StayReason.NOT_SURE;
    private boolean isMove;
    private int fromNodeId;
    private int toNodeId;
    private double gainPerAccess;
    private double benefitPerByte;

    void stay(StayReason why) {
        isMove = false;
        reason = why;
    }

    void move(int from, int to, double gain, double benefit) {
        isMove = true;
        fromNodeId = from;
        toNodeId = to;
        gainPerAccess = gain;
        benefitPerByte = benefit;
    }

    boolean isMove() {
        return isMove;
    }

    StayReason reason() {
        return reason;
    }

    int fromNodeId() {
        return fromNodeId;
    }

    int toNodeId() {
        return toNodeId;
    }

    double gainPerAccess() {
        return gainPerAccess;
    }

    double benefitPerByte() {
        return benefitPerByte;
    }
}
