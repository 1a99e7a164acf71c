// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.config.Option;
import org.membalancer.core.trace.TraceHeader;
import org.membalancer.core.trace.TraceReader;

/** {@code membalancer replay}: the report that a recorded trace gives. */
final class ReplayCommand implements Command {
    private static final String PID_KEY = "p";
    private static final String UNTIL_KEY = "until";
    private static final Option<Integer> PID = Option.integer("pid", 1, 1, 1 << 22, "the process");
    private static final Option<Duration> UNTIL = Option.duration(UNTIL_KEY, Duration.ofSeconds(1), Duration.ZERO,
            Duration.ofDays(365), "ends so long after the start of the trace");
    private static final Option<Integer> TOP = Option.integer("top", 10, 0, 1_000_000,
            "prints so many of the hottest regions of each process");
    private static final Option<Integer> PROCESSES = Option.integer("processes", 10, 1, 16384,
            "prints so many of the processes with the most samples");

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String summary() {
        return "counts a recorded trace anew and prints the report as of its end";
    }

    @Override
    public String operand() {
        return "FILE";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(org.apache.commons.cli.Option.builder(PID_KEY).longOpt(PID.key()).hasArg().argName("PID")
                        .desc("only this process, of a trace that has several").build())
                .addOption(ReportTarget.userOnlyOption("whatever was recorded"))
                .addOption(Arguments.valued(UNTIL_KEY, "TIME", UNTIL.text() + " (such as 90s, default: at its end)"))
                .addOption(Arguments.flag("json", "prints JSON"))
                .addOption(Arguments.typed(TOP, "N"))
                .addOption(Arguments.typed(PROCESSES, "N"))
                .addOption(HelperAccess.tableSlotsOption());
    }

    @Override
    public void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        if (line.getArgList().isEmpty()) {
            throw new UsageException("a trace file is missing");
        }
        Path file = Arguments.path(line.getArgList().get(0));
        OptionalInt tgid = line.hasOption(PID_KEY)
                ? OptionalInt.of(Arguments.parse(PID, line.getOptionValue(PID_KEY))) : OptionalInt.empty();
        TraceHeader header = header(file);
        long untilNs = line.hasOption(UNTIL_KEY)
                ? header.startNs() + Arguments.parse(UNTIL, line.getOptionValue(UNTIL_KEY)).toNanos() : Long.MAX_VALUE;
        Doors.load();
        int processes = Arguments.value(line, PROCESSES);
        int top = Arguments.value(line, TOP);
        ReplayScope scope = new ReplayScope(tgid, untilNs, ReportTarget.isUserOnly(line));
        try (HelperAccess helper = HelperAccess.startFor(helperOptions(header), line, console);
                Replay replay = Replay.of(file, scope, helper.connection(), processes)) {
            if (tgid.isPresent() && replay.isEmpty()) {
                throw new FailureException(file + ": no samples of process " + tgid.getAsInt()
                        + (scope.isUserOnly() ? " that the program made itself" : "")
                        + " (without -p the report says which processes there are)");
            }
            print(replay, new Shape(processes, top, line.hasOption("json")), console);
        }
    }

    private record Shape(int processes, int top, boolean isJson) {
    }

    /** A trace of which one process has samples gives that one's report, others (without any, too) that of several. */
    private static void print(Replay replay, Shape shape, Console console) throws IOException {
        Optional<ReplayTally.Count> only = replay.only();
        if (only.isPresent()) {
            ReportPrinter.print(replay.report(only.get().tag(), only.get().tgid()), shape.top, shape.isJson,
                    console.out());
        } else {
            GroupReportPrinter.print(replay.report(shape.processes), shape.top, shape.isJson, console.out());
        }
    }

    /** Before a helper is started: most of what can be wrong with a file shows here. */
    private static TraceHeader header(Path file) throws IOException, FailureException {
        if (Files.isDirectory(file)) {
            throw new FailureException(file + ": a folder, not a trace: name the file that membalancer record -o wrote");
        }
        try (TraceReader reader = TraceReader.open(file)) {
            return reader.header();
        }
    }

    private static List<String> helperOptions(TraceHeader header) {
        return List.of("--source", "replay", "--page-shift", Integer.toString(header.pageShift()), "--node-count",
                Integer.toString(header.topology().nodeIdLimit()));
    }
}
