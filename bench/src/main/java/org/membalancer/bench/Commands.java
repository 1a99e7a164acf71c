// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.util.List;

/** Runs programs to their end. */
final class Commands {

    private Commands() {
    }

    /** What a program prints, if it ends well; its stderr goes to ours. */
    static List<String> linesOf(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = process.inputReader().lines().toList();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " failed with status " + status + ": "
                    + String.join(" / ", lines.subList(0, Math.min(5, lines.size()))));
        }
        return lines;
    }
}
