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

/** {@code membalancer report}: which memory of processes is used, from which nodes, and where it lies. */
final class ReportCommand implements Command {
    private static final Option<Duration> INTERVAL = Option.duration("interval", Duration.ofSeconds(5),
            Duration.ofMillis(100), Duration.ofHours(24), "samples so long before each report");
    private static final Option<Integer> COUNT = Option.integer("count", 1, 0, Integer.MAX_VALUE,
            "prints so many reports; 0: until the processes end");
    private static final Option<Integer> TOP = Option.integer("top", 10, 0, 1_000_000,
            "prints so many of the hottest regions of each process");
    private static final Option<Integer> PROCESSES = Option.integer("processes", 10, 1, 16384,
            "prints so many of the processes with the most samples");

    private static final Duration LOOK = Duration.ofMillis(200);

    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "samples processes and prints their hottest memory, by node; JSON has every block";
    }

    @Override
    public Options options() {
        Options options = new Options();
        ReportTarget.addTo(options);
        options.addOption(Arguments.flag("json", "prints JSON, one object after each interval"))
                .addOption(Arguments.typed(INTERVAL, "TIME"))
                .addOption(Arguments.typed(COUNT, "N"))
                .addOption(Arguments.typed(TOP, "N"))
                .addOption(Arguments.typed(PROCESSES, "N"))
                .addOption(HelperAccess.socketOption());
        HelperAccess.ownHelperOptions().forEach(options::addOption);
        return options;
    }

    @Override
    public void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        Request request = Request.of(line);
        Doors.load();
        try (HelperAccess helper = HelperAccess.open(line, console)) {
            if (request.target.isSingle()) {
                reportOne(request, helper, console);
            } else {
                reportGroup(request, helper, console);
            }
        }
    }

    private static void reportOne(Request request, HelperAccess helper, Console console)
            throws FailureException, IOException, InterruptedException {
        int pid = request.target.pids().get(0);
        ProcessHandle process = ProcessHandle.of(pid)
                .orElseThrow(() -> new FailureException("no such process: " + pid));
        try (ProcessSession session = ProcessSession.open(helper.connection(), request.target.specs().get(0))) {
            boolean isRunning = true;
            for (int i = 0; isRunning && (i < request.count || request.count == 0); i++) {
                isRunning = awaitInterval(process, request.interval);
                ReportPrinter.print(session.report(), request.top, request.isJson, console.out());
            }
            if (!isRunning) {
                console.say("process " + pid + " ended");
            }
        }
    }

    private static void reportGroup(Request request, HelperAccess helper, Console console)
            throws FailureException, IOException, InterruptedException {
        try (GroupSession session = GroupSession.open(helper.connection(), request.target)) {
            boolean isRunning = true;
            for (int i = 0; isRunning && (i < request.count || request.count == 0); i++) {
                isRunning = awaitInterval(session, request.interval);
                GroupReportPrinter.print(session.report(request.processes), request.top, request.isJson,
                        console.out());
            }
            if (!isRunning) {
                console.say("no process is left of " + request.target.text());
            }
        }
    }

    /** Waits; returns whether any process still runs afterwards. Looks now and then, for they may end earlier. */
    private static boolean awaitInterval(GroupSession session, Duration interval) throws InterruptedException {
        long endNs = System.nanoTime() + interval.toNanos();
        while (session.hasProcesses()) {
            long leftNs = endNs - System.nanoTime();
            if (leftNs <= 0) {
                return true;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(leftNs, LOOK.toNanos()));
        }
        return false;
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

    private record Request(
            ReportTarget target, Duration interval, int count, int top, int processes, boolean isJson) {

        static Request of(CommandLine line) throws UsageException, FailureException {
            Duration interval = Arguments.value(line, INTERVAL);
            int count = Arguments.value(line, COUNT);
            int top = Arguments.value(line, TOP);
            int processes = Arguments.value(line, PROCESSES);
            return new Request(ReportTarget.of(line), interval, count, top, processes, line.hasOption("json"));
        }
    }
}
