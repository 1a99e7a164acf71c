// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.config.Option;

/** {@code membalancer report}: which memory of a process is used, from which nodes, and where it lies. */
final class ReportCommand implements Command {
    private static final String PID_KEY = "p";
    private static final Option<Integer> PID = Option.integer("pid", 1, 1, 1 << 22, "the process");
    private static final Option<Duration> INTERVAL = Option.duration("interval", Duration.ofSeconds(5),
            Duration.ofMillis(100), Duration.ofHours(24), "samples so long before each report");
    private static final Option<Integer> COUNT = Option.integer("count", 1, 0, Integer.MAX_VALUE,
            "prints so many reports; 0: until the process ends");
    private static final Option<Integer> TOP = Option.integer("top", 10, 0, 1_000_000,
            "prints so many of the hottest regions");

    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "samples a process and prints its hottest memory, by node; JSON has every block";
    }

    @Override
    public Options options() {
        Options options = new Options()
                .addOption(org.apache.commons.cli.Option.builder(PID_KEY).longOpt(PID.key()).hasArg().argName("PID")
                        .required().desc("the process").build())
                .addOption(Arguments.flag("json", "prints JSON, one object after each interval"))
                .addOption(Arguments.typed(INTERVAL, "TIME"))
                .addOption(Arguments.typed(COUNT, "N"))
                .addOption(Arguments.typed(TOP, "N"))
                .addOption(HelperAccess.socketOption());
        HelperAccess.ownHelperOptions().forEach(options::addOption);
        return options;
    }

    @Override
    public void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        Request request = Request.of(line);
        ProcessHandle process = ProcessHandle.of(request.pid)
                .orElseThrow(() -> new FailureException("no such process: " + request.pid));
        Doors.load();
        try (HelperAccess helper = HelperAccess.open(line, console);
                ProcessSession session = ProcessSession.open(helper.connection(), request.pid)) {
            boolean isRunning = true;
            for (int i = 0; isRunning && (i < request.count || request.count == 0); i++) {
                isRunning = awaitInterval(process, request.interval);
                ReportPrinter.print(session.report(), request.top, request.isJson, console.out());
            }
            if (!isRunning) {
                console.say("process " + request.pid + " ended");
            }
        }
    }

    /** Waits; returns whether the process still runs afterwards. */
    private static boolean awaitInterval(ProcessHandle process, Duration interval) throws InterruptedException {
        try {
            process.onExit().get(interval.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process", e);
        }
    }

    private record Request(int pid, Duration interval, int count, int top, boolean isJson) {

        static Request of(CommandLine line) throws UsageException {
            return new Request(Arguments.parse(PID, line.getOptionValue(PID_KEY)), Arguments.value(line, INTERVAL),
                    Arguments.value(line, COUNT), Arguments.value(line, TOP), line.hasOption("json"));
        }
    }
}
