// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;

/** The soft source's timer without a program on it, on every CPU, off at first. One thread owns it. */
final class TimerTicks implements AutoCloseable {
    private final Process process;
    private boolean on;

    TimerTicks(Artifacts artifacts, int rateHz) throws IOException {
        this.process = new ProcessBuilder(artifacts.timerTicks().toString(), String.valueOf(rateHz))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Returns when it holds. */
    void turn(boolean wanted) throws IOException {
        if (wanted == on) {
            return;
        }
        int command = wanted ? '1' : '0';
        process.getOutputStream().write(command);
        process.getOutputStream().flush();
        if (process.getInputStream().read() != command) {
            throw new IOException("timer-ticks ended");
        }
        on = wanted;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
