// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** One subcommand. Stateless. */
interface Command {

    /** The word that chooses it. */
    String name();

    /** What it does, in half a line. */
    String summary();

    /** Its options, without {@code --help}. */
    Options options();

    /** The one word that may stand beside the options, as the usage line names it; empty: none may. */
    default String operand() {
        return "";
    }

    /**
     * Does it, on the main thread.
     *
     * @param line its own options, and the operand if it takes one and was given it; no other words are left
     * @param console where to print
     * @throws UsageException when a value makes no sense
     * @throws FailureException when it cannot be done
     * @throws IOException when a file or the helper cannot be read; the message says which
     * @throws InterruptedException when somebody interrupts the thread
     */
    void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException;
}
