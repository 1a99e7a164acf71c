// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.time.Duration;
import java.util.Optional;

/**
 * Keeps the agent connected: finds the helper, notices when it goes, finds it again, and says each change once.
 *
 * <p>The session of a helper that is gone stays open until there is a new one: its tables still tell what was hot.
 * One thread owns it.
 */
final class HelperLink implements AutoCloseable {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LAST_DELAY = Duration.ofMinutes(1);

    private final HelperDoor door;
    private final AgentLog log;
    private final BackOff backOff = new BackOff(FIRST_DELAY, LAST_DELAY);
    private Optional<HelperSession> session = Optional.empty();
    private long recordedBefore;
    private boolean alive;
    private boolean absenceSaid;
    private String lastTrouble = "";

    HelperLink(HelperDoor door, AgentLog log) {
        this.door = door;
        this.log = log;
    }

    /**
     * Checks the connection, or tries to make one if it is time to.
     *
     * @return whether there is a helper now
     */
    boolean poll(long nowNs) {
        if (alive && !session.orElseThrow().isAlive()) {
            lost();
        }
        if (!alive && backOff.isDue(nowNs)) {
            connect(nowNs);
        }
        return alive;
    }

    /** The present session, or the last one of a helper that is gone; empty before the first. */
    Optional<HelperSession> session() {
        return session;
    }

    /** Whether the helper was there at the last {@link #poll}. */
    boolean isAlive() {
        return alive;
    }

    /** Samples recorded in the tables of all sessions so far. */
    long recorded() {
        return recordedBefore + session.map(s -> s.heat().recorded()).orElse(0L);
    }

    @Override
    public void close() {
        alive = false;
        session.ifPresent(HelperSession::close);
        session = Optional.empty();
    }

    private void lost() {
        alive = false;
        absenceSaid = true;
        log.problem("the helper is gone; the application goes on, nothing is balanced until it is back");
    }

    private void connect(long nowNs) {
        try {
            HelperSession next = door.open();
            recordedBefore = recorded();
            session.ifPresent(HelperSession::close);
            session = Optional.of(next);
            found(next);
        } catch (HelperUnreachable e) {
            backOff.failed(nowNs);
            say(e);
        }
    }

    private void found(HelperSession next) {
        alive = true;
        absenceSaid = false;
        lastTrouble = "";
        backOff.reset();
        log.change("helper found: " + next.describe());
    }

    private void say(HelperUnreachable e) {
        boolean said = e.isAbsent() ? absenceSaid : lastTrouble.equals(e.getMessage());
        if (!said) {
            log.problem(e.getMessage() + "; the application goes on, trying again");
        }
        if (e.isAbsent()) {
            absenceSaid = true;
        } else {
            lastTrouble = e.getMessage();
        }
    }
}
