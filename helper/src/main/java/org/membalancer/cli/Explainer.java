// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.report.DecisionReport;
import org.membalancer.core.threads.ThreadRound;

/** Shows after each round why each block and thread moves or stays: on standard output for people, or in a file as JSON lines. */
final class Explainer implements AutoCloseable {
    private final BalanceRequest.ExplainTo to;
    private final Optional<BufferedWriter> file;
    private final Console console;

    private Explainer(BalanceRequest.ExplainTo to, Optional<BufferedWriter> file, Console console) {
        this.to = to;
        this.file = file;
        this.console = console;
    }

    /**
     * Opens what the user asked for.
     *
     * @throws FailureException when the file cannot be written
     */
    static Explainer open(BalanceRequest.Explain wish, Console console) throws FailureException {
        return new Explainer(wish.to(), wish.to() == BalanceRequest.ExplainTo.FILE
                ? Optional.of(open(wish.file())) : Optional.empty(), console);
    }

    /**
     * Shows one round's decisions.
     *
     * @param pid of several processes the one that they are about; empty: there is only one
     */
    void explain(OptionalInt pid, MigrationPlan plan, ThreadRound threads) throws IOException {
        if (to == BalanceRequest.ExplainTo.OUTPUT) {
            pid.ifPresent(of -> console.out().println("process " + of + ":"));
            DecisionReport.print(plan, threads, console.out());
        } else if (file.isPresent()) {
            DecisionReport.write(pid, plan, threads, file.get());
        }
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }

    private static BufferedWriter open(Path path) throws FailureException {
        try {
            return Files.newBufferedWriter(path);
        } catch (IOException e) {
            throw new FailureException("option 'explain': cannot write '" + path + "': " + e, e);
        }
    }
}
