// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.PrintStream;

/**
 * Where a command prints, and how it learns that it shall end.
 *
 * @param out results
 * @param err everything else, a line at a time
 * @param stop what commands that run until they are interrupted wait for
 */
record Console(PrintStream out, PrintStream err, StopSignal stop) {

    /** Tells something that is no result. */
    void say(String line) {
        err.println("membalancer: " + line);
    }
}
