// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.membalancer.core.balance.RoundPace;

/**
 * The one thread of the agent: a daemon that runs a duty cycle at a fixed interval, or sooner when the cycle has news. A
 * round that takes longer than the interval puts the next one off; rounds are never made up for.
 */
final class DutyThread {
    /** How often the cycle is asked whether it has news. */
    static final long LOOK_NS = RoundPace.LOOK_NS;

    private static final long STACK_BYTES = 512 * 1024;

    /** After failures the interval doubles, so often at most. */
    private static final int MAX_BACK_OFF_SHIFT = 6;

    private final DutyCycle cycle;
    private final long intervalNs;
    private final AgentLog log;
    private final Thread thread;
    /** Written by {@link #stop}, read by the loop of {@link #goRound} and by {@link #parkUntil}. */
    private volatile boolean stopping;
    private String lastTrouble = "";
    private long failures;

    DutyThread(DutyCycle cycle, Duration interval, AgentLog log) {
        this.cycle = cycle;
        this.intervalNs = interval.toNanos();
        this.log = log;
        this.thread = new Thread(null, this::run, cycle.roleName(), STACK_BYTES, false);
        thread.setDaemon(true);
        // Not the loader of whoever happens to load the agent: the thread would keep a web application alive.
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    void start() {
        thread.start();
    }

    /**
     * Asks the thread to end after its present round and waits for it.
     *
     * @return whether it ended within that time
     */
    boolean stop(Duration patience) throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join(Math.max(1, patience.toMillis()));
        return !thread.isAlive();
    }

    private void run() {
        String phase = "not started";
        try {
            cycle.onStart();
            phase = "stopped, nothing is balanced from now on";
            goRound();
        } catch (Throwable t) { // the application must go on without us
            log.problem(phase + ": " + describe(t));
        } finally {
            close();
        }
    }

    private void goRound() {
        int failuresInARow = 0;
        while (!stopping) {
            long startedNs = System.nanoTime();
            failuresInARow = work() ? 0 : failuresInARow + 1;
            parkUntil(startedNs + (intervalNs << Math.min(MAX_BACK_OFF_SHIFT, failuresInARow)),
                    failuresInARow == 0 ? cycle.news() : Optional.empty());
        }
        if (failures > 0) {
            log.problem(failures + " rounds failed");
        }
    }

    /** One round; what goes wrong in it is that round's alone, is said once, and makes the next ones wait longer. */
    private boolean work() {
        try {
            cycle.doWork();
            return true;
        } catch (Exception e) { // an Error, such as too little memory, ends the agent
            failures++;
            String trouble = describe(e);
            if (!trouble.equals(lastTrouble)) {
                lastTrouble = trouble;
                log.problem("a round failed, the next one comes later: " + trouble);
            }
            return false;
        }
    }

    private void close() {
        try {
            cycle.onClose();
        } catch (Throwable t) { // as above
            log.problem("could not close: " + describe(t));
        }
    }

    private void parkUntil(long deadlineNs, Optional<BooleanSupplier> news) {
        long longestNs = news.isPresent() ? LOOK_NS : Long.MAX_VALUE;
        for (long left = deadlineNs - System.nanoTime();
                left > 0 && !stopping && !(news.isPresent() && news.get().getAsBoolean());
                left = deadlineNs - System.nanoTime()) {
            LockSupport.parkNanos(this, Math.min(left, longestNs));
            // An interrupt from the application would make every later park return at once.
            Thread.interrupted();
        }
    }

    /** Expected trouble has a message that says all; a bug needs its type and place. */
    private static String describe(Throwable t) {
        if (t instanceof AgentException) {
            return t.getMessage();
        }
        StackTraceElement[] trace = t.getStackTrace();
        return t + (trace.length > 0 ? " at " + trace[0] : "");
    }
}
