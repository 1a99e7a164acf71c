// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Has SIGINT and SIGTERM end a command in an orderly way, with its summary and its own exit code. Java tells of such a
 * signal by running the shutdown hooks: ours asks the command to end and waits for the exit code.
 */
final class StopSignal {
    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private volatile boolean isArmed; // written by the command's thread, read by shutdown hooks

    /** From now on a signal asks rather than ends. Only a command that then waits for it may call this. */
    Armed arm() {
        isArmed = true;
        Thread hook = new Thread(this::stopAndWait, "membalancer-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Armed(this, hook);
    }

    /** Ends the process. */
    void exit(int code) {
        exitCode.complete(code); // where a signal came, the hook halts with it, and the next line waits for that
        System.exit(code);
    }

    /** For other shutdown hooks: waits, where a signal asks, until the command has ended in its own way. */
    void awaitCommand() {
        try {
            if (isArmed) {
                exitCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (TimeoutException | InterruptedException | ExecutionException late) {
            return; // stopAndWait() says so
        }
    }

    private void stopAndWait() {
        asked.countDown();
        try {
            Runtime.getRuntime().halt(exitCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            System.err.println("membalancer: did not end within " + PATIENCE_SECONDS + " s of being interrupted");
        }
    }

    /** As long as this is open, signals ask. */
    static final class Armed implements AutoCloseable {
        private final StopSignal signal;
        private final Thread hook;

        private Armed(StopSignal signal, Thread hook) {
            this.signal = signal;
            this.hook = hook;
        }

        /** Waits so long, or until a signal comes; returns whether one came. */
        boolean await(Duration longest) throws InterruptedException {
            return signal.asked.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
                signal.isArmed = false;
            } catch (IllegalStateException ending) {
                return; // a signal came: the hook waits for the exit code
            }
        }
    }
}
