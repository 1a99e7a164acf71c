// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.report.DecisionReport;
import org.membalancer.core.threads.ThreadRound;

/** Keeps the last round's decisions in a file: bounded, and whole whenever somebody reads it. Duty thread only. */
final class ExplainFile {
    /** The hottest blocks that are explained. */
    static final int MOST_BLOCKS = 4096;

    private final Optional<Path> file;
    private final AgentLog log;
    private boolean isTroubleSaid;

    ExplainFile(Optional<Path> file, AgentLog log) {
        this.file = file;
        this.log = log;
    }

    /** Whether somebody asked for it. */
    boolean isWanted() {
        return file.isPresent();
    }

    /** Replaces the file's contents. */
    void write(MigrationPlan plan, ThreadRound threads) {
        if (file.isEmpty()) {
            return;
        }
        Path path = file.get().toAbsolutePath();
        Path next = path.resolveSibling(path.getFileName() + ".next");
        try {
            try (Writer out = Files.newBufferedWriter(next)) {
                DecisionReport.write(plan, threads, out);
            }
            Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!isTroubleSaid) {
                isTroubleSaid = true;
                log.problem("decisions cannot be written to " + path + ": " + e);
            }
        }
    }
}
