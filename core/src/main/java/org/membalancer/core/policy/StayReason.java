// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** Why a block that has samples is not moved. */
public enum StayReason {
    /** It already lies on the node with the lowest cost. */
    BEST_PLACE("already on its best node"),
    /** Too few samples, or the lower confidence bound of the gain is not positive. */
    NOT_SURE("too few samples to be sure"),
    /** Moving would cost more than it gains. */
    TOO_DEAR("moving costs more than it gains"),
    /** The best node has too little free memory. */
    TARGET_FULL("the best node has too little free memory"),
    /** It moved a short while ago. */
    HELD("moved recently"),
    /** None of its pages is present, or their node could not be told. */
    NOT_PRESENT("no page present"),
    /** It lies outside the ranges that may be moved. */
    OUT_OF_RANGE("outside the ranges that may be moved"),
    /** The plan is as large as one round may be. */
    OVER_BUDGET("over this round's budget"),
    /** On a slower tier, and not hotter than what the faster one holds. */
    NOT_HOT("not hotter than what the faster tier holds"),
    /** Its best node answers late under load. */
    TARGET_BUSY("the best node is slow under load"),
    /** Too many recent moves of the process went back. */
    PAUSED("paused: too many moves went back");

    private final String text;

    StayReason(String text) {
        this.text = text;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }
}
