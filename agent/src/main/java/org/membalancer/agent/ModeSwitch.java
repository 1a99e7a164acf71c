// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

/** The mode as it is now: set by whoever loads the agent again, read by the duty cycle. */
final class ModeSwitch {
    /** Partner of the write in {@link #set}: the read in {@link #mode}, once a round. */
    private volatile Mode mode;

    ModeSwitch(Mode mode) {
        this.mode = mode;
    }

    Mode mode() {
        return mode;
    }

    /**
     * Changes the mode, from the next round on.
     *
     * @return whether it was another one before
     */
    synchronized boolean set(Mode wanted) {
        boolean isChange = mode != wanted;
        mode = wanted;
        return isChange;
    }
}
