// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/**
 * The agent's lines, each starting with {@code membalancer: }. Lines of a file carry the time, those on stderr do
 * not. When the file can no longer be written, the lines go to stderr. Every thread may write; a line is written
 * whole.
 */
final class AgentLog {
    private final boolean quiet;
    private PrintStream out;
    private Supplier<String> prefix;

    private AgentLog(PrintStream out, boolean quiet, Supplier<String> prefix) {
        this.out = out;
        this.quiet = quiet;
        this.prefix = prefix;
    }

    /** Logs to a stream, without times. */
    static AgentLog to(PrintStream out, boolean quiet) {
        return new AgentLog(out, quiet, () -> "");
    }

    /**
     * Appends to a file, with times.
     *
     * @throws IOException if it cannot be opened for writing
     */
    static AgentLog toFile(Path file, boolean quiet, Clock clock) throws IOException {
        PrintStream out = new PrintStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), true,
                StandardCharsets.UTF_8);
        return new AgentLog(out, quiet, () -> Instant.now(clock).truncatedTo(ChronoUnit.MILLIS) + " ");
    }

    /** Says what happened; nothing when quiet. */
    void change(String line) {
        if (!quiet) {
            write(line);
        }
    }

    /** Says what went wrong, also when quiet. */
    void problem(String line) {
        write(line);
    }

    private synchronized void write(String line) {
        out.println(prefix.get() + "membalancer: " + line);
        if (out.checkError() && out != System.err) {
            out = System.err;
            prefix = () -> "";
            out.println("membalancer: the log file cannot be written any more; going on here");
            out.println("membalancer: " + line);
        }
    }
}
