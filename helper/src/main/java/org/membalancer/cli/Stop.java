// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the end of something that runs for a while: a process ends, or SIGINT or SIGTERM comes. After a signal the
 * JVM still exits with 0, once the main thread has finished its work and closed this.
 */
final class Stop implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread onSignal = new Thread(this::signalled, "membalancer-stop");
    /** Written by whoever stops first, before {@link #asked} opens; read after it did. */
    private volatile String reason = "";
    /** Written by the main thread before {@link #finished} opens; read by the hook after it did. */
    private volatile boolean isSuccess;

    private Stop() {
    }

    /** Starts listening for signals. */
    static Stop onSignals() {
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(stop.onSignal);
        return stop;
    }

    /** Stops when this process ends, too. */
    void alsoWhenEnds(ProcessHandle process) {
        process.onExit().thenRun(() -> ask("process " + process.pid() + " ended"));
    }

    /** Waits; returns whether to go on afterwards. */
    boolean awaitNanos(long ns) throws InterruptedException {
        return !asked.await(Math.max(0, ns), TimeUnit.NANOSECONDS);
    }

    /** Why it stopped; empty: nobody asked. */
    String reason() {
        return reason;
    }

    /** Notes that everything went well, so that the exit code is 0 even after a signal. */
    void succeeded() {
        isSuccess = true;
    }

    /** Ends listening; after a signal, lets the JVM exit. */
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException exiting) {
            return; // the hook is at work and ends the JVM
        }
    }

    private void ask(String why) {
        if (asked.getCount() > 0) {
            reason = why;
            asked.countDown();
        }
    }

    private void signalled() {
        ask("stopped by a signal");
        try {
            finished.await();
        } catch (InterruptedException e) {
            return; // nobody interrupts a hook; the JVM exits in its usual way
        }
        if (isSuccess) {
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }
    }
}
