// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** Why a block moves. */
public enum MoveReason {
    /** Nearer to those who use it. */
    NEARER("nearer to those who use it"),
    /** Hot enough for a faster tier. */
    PROMOTED("hot enough for the faster tier"),
    /** Cold, and the faster tier needs the room. */
    DEMOTED("cold, and its tier needs the room"),
    /** Everybody uses it alike: laid on another node so that no controller carries all of it. */
    SPREAD("used by all alike, spread over the controllers"),
    /** Its node answers late under load, and another one has bandwidth to spare. */
    RELIEVED("its node is slow under load, another one is not");

    private final String text;

    MoveReason(String text) {
        this.text = text;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }
}
