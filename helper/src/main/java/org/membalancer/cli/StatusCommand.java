// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.jni.HelperConnection;

/** {@code membalancer status}: the helper's source, rate, cost and counters. */
final class StatusCommand implements Command {

    @Override
    public String name() {
        return "status";
    }

    @Override
    public String summary() {
        return "prints what the helper samples, what became of the samples, and what it costs";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Arguments.flag("json", "prints JSON"))
                .addOption(HelperAccess.socketOption());
    }

    @Override
    public void run(CommandLine line, Console console) throws UsageException, FailureException, IOException {
        Doors.load();
        Path socket = Arguments.path(line, HelperAccess.SOCKET).orElseGet(HelperConnection::defaultSocket);
        try (HelperConnection connection = HelperConnection.connect(socket)) {
            StatusPrinter printer = new StatusPrinter(Doors.status(connection), Doors.counterTexts());
            if (line.hasOption("json")) {
                printer.writeJson(console.out());
            } else {
                printer.print(console.out());
            }
        }
    }
}
