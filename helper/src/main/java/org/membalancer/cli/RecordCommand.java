// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.config.Option;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.core.trace.TraceHeader;
import org.membalancer.core.trace.TraceProcess;
import org.membalancer.core.trace.TraceTotals;
import org.membalancer.core.trace.TraceWriter;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.MonotonicClock;

/** {@code membalancer record}: samples of a process into a file. */
final class RecordCommand implements Command {
    private static final Path SYSFS = Path.of("/sys");
    private static final String PID_KEY = "p";
    private static final String FILE_KEY = "o";
    private static final String DURATION_KEY = "duration";
    private static final Option<Integer> PID = Option.integer("pid", 1, 1, 1 << 22, "the process");
    private static final Option<Duration> DURATION = Option.duration(DURATION_KEY, Duration.ofSeconds(10),
            Duration.ofMillis(100), Duration.ofHours(24), "records so long");
    private static final Duration POLL = Duration.ofMillis(50);

    @Override
    public String name() {
        return "record";
    }

    @Override
    public String summary() {
        return "writes the samples of a process into a file, with topology and memory maps";
    }

    @Override
    public Options options() {
        Options options = new Options()
                .addOption(org.apache.commons.cli.Option.builder(FILE_KEY).longOpt("output").hasArg().argName("FILE")
                        .required().desc("the file; one that is there is replaced").build())
                .addOption(org.apache.commons.cli.Option.builder(PID_KEY).longOpt(PID.key()).hasArg().argName("PID")
                        .required().desc("the process").build())
                .addOption(Arguments.valued(DURATION_KEY, "TIME", "records so long (" + DURATION.range()
                        + ", default: until interrupted or the process ends)"))
                .addOption(HelperAccess.socketOption());
        HelperAccess.ownHelperOptions().forEach(options::addOption);
        return options;
    }

    @Override
    public void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        int pid = Arguments.parse(PID, line.getOptionValue(PID_KEY));
        Optional<Duration> duration = line.hasOption(DURATION_KEY)
                ? Optional.of(Arguments.parse(DURATION, line.getOptionValue(DURATION_KEY))) : Optional.empty();
        Path file = Arguments.path(line, "output").orElseThrow();
        ProcessHandle process = ProcessHandle.of(pid)
                .orElseThrow(() -> new FailureException("no such process: " + pid));
        Doors.load();
        try (StopSignal.Armed stop = console.stop().arm(); HelperAccess helper = HelperAccess.open(line, console)) {
            SamplingStatus status = Doors.status(helper.connection());
            long startNs = MonotonicClock.nowNs();
            try (GroupTables tables = RecordedGroup.open(helper.connection(), pid, status);
                    TraceWriter writer = TraceWriter.create(file, header(status, pid, startNs, tables))) {
                RecentRing ring = Doors.recentRing(tables);
                TraceProcess recorded = new TraceProcess(0, tables.tgid(), 0, true, 0, ProcessFiles.command(pid));
                writer.processes(startNs, List.of(recorded));
                Recorder recorder = new Recorder(ring, writer, new MapWatch(recorded, pid, ProcessFiles::memoryMap),
                        startNs, MonotonicClock::nowNs);
                run(recorder, process, stop, duration);
                print(console, file, writer, recorder.finish(), startNs);
            }
        }
    }

    private static void run(Recorder recorder, ProcessHandle process, StopSignal.Armed stop, Optional<Duration> duration)
            throws IOException, InterruptedException {
        long endNs = duration.map(d -> MonotonicClock.nowNs() + d.toNanos()).orElse(Long.MAX_VALUE);
        boolean isOver = false;
        while (!isOver) {
            recorder.poll();
            isOver = stop.await(POLL) || !process.isAlive() || MonotonicClock.nowNs() >= endNs;
        }
        recorder.poll();
        Thread.sleep(POLL.toMillis()); // what was numbered until now is written then: RecentRing.drain()
    }

    private static TraceHeader header(SamplingStatus status, int pid, long startNs, GroupTables tables)
            throws IOException, FailureException {
        return new TraceHeader(startNs, System.currentTimeMillis(), Doors.heatTable(tables).pageShift(), status.source(),
                status.rateAskedHz(), "membalancer " + Main.version(), "process " + pid, SysfsTopology.read(SYSFS));
    }

    private static void print(Console console, Path file, TraceWriter writer, TraceTotals totals, long startNs) {
        console.out().println("seen " + (totals.samples() + totals.lost()) + " samples in "
                + Figures.seconds(totals.endNs() - startNs) + " = written " + totals.samples() + " + lost " + totals.lost());
        console.out().println(file + ": " + Figures.bytes(writer.bytes()) + (totals.samples() == 0 ? ""
                : ", " + Figures.ratio(writer.bytes(), totals.samples()) + " bytes a sample"));
    }
}
