// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that a test started, with its lines; killed at the end of the test if it still runs. */
class Forked implements AutoCloseable {
    private static final int PATIENCE_S = 60;

    private final Process process;
    private final Lines out;
    private final Lines err;
    private final Writer in;

    Forked(String name, ProcessBuilder builder) throws IOException {
        process = builder.start();
        out = new Lines(name + " stdout", process.getInputStream());
        err = new Lines(name + " stderr", process.getErrorStream());
        in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    final Lines out() {
        return out;
    }

    final Lines err() {
        return err;
    }

    final long pid() {
        return process.pid();
    }

    final void send(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    /** Waits for the end. */
    final int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError(List.of(process.info()) + " does not end");
        }
        return process.exitValue();
    }

    /** SIGKILL, and waits until it is gone. */
    final void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
