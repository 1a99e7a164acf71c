// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether pages may be moved now: only in mode balance, and only while nothing stands against it. Says what
 * does at start, and again when the mode becomes balance. Owned by the duty thread.
 */
final class MoveGate {
    private final ModeSwitch mode;
    private final AgentLog log;
    private final Set<String> obstacles;
    private Optional<Mode> lastMode = Optional.empty();

    /**
     * Makes a gate.
     *
     * @param obstacles why moving makes no sense or is not possible here
     */
    MoveGate(ModeSwitch mode, List<String> obstacles, AgentLog log) {
        this.mode = mode;
        this.log = log;
        this.obstacles = new LinkedHashSet<>(obstacles);
    }

    /** Looks at the mode. Called once a round. */
    void poll() {
        Mode now = mode.mode();
        if (lastMode.isEmpty() || lastMode.get() != now) {
            obstacles.forEach(obstacle -> say(obstacle, now));
            lastMode = Optional.of(now);
        }
    }

    /** Whether pages may be moved. */
    boolean isOpen() {
        return lastMode.equals(Optional.of(Mode.BALANCE)) && obstacles.isEmpty();
    }

    /** Notes something that stands against moving from now on; before the first {@link #poll}, that says it. */
    void close(String obstacle) {
        if (obstacles.add(obstacle) && lastMode.isPresent()) {
            say(obstacle, Mode.BALANCE);
        }
    }

    /** What stands against moving. */
    List<String> obstacles() {
        return List.copyOf(obstacles);
    }

    /** Who asked to balance and does not get it has a problem; who only wanted reports is told for the record. */
    private void say(String obstacle, Mode asked) {
        if (asked == Mode.BALANCE) {
            log.problem(obstacle + "; mode report instead");
        } else {
            log.change(obstacle);
        }
    }
}
