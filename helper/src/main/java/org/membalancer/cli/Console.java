// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.PrintStream;

/**
 * Where a command prints.
 *
 * @param out results
 * @param err everything else, a line at a time
 */
record Console(PrintStream out, PrintStream err) {

    /** Tells something that is no result. */
    void say(String line) {
        err.println("membalancer: " + line);
    }
}
