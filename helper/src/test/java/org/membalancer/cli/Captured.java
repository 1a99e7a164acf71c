// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One run of the command line inside the test's JVM, and what it printed. */
record Captured(int exitCode, String out, String err) {

    static Captured run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = new Main(stream(out), stream(err)).run(args);
        return new Captured(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** As above, from one string split at blanks. */
    static Captured runLine(String line) {
        return run(line.isEmpty() ? new String[0] : line.split(" "));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
