// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.config.Option;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.sample.RecentRings;
import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.core.trace.TraceHeader;
import org.membalancer.core.trace.TraceTotals;
import org.membalancer.core.trace.TraceWriter;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.MonotonicClock;

/** {@code membalancer record}: samples of processes into a file. */
final class RecordCommand implements Command {
    private static final Path SYSFS = Path.of("/sys");
    private static final String FILE_KEY = "o";
    private static final String DURATION_KEY = "duration";
    private static final Option<Duration> DURATION = Option.duration(DURATION_KEY, Duration.ofSeconds(10),
            Duration.ofMillis(100), Duration.ofHours(24), "records so long");
    private static final Duration POLL = Duration.ofMillis(50);

    @Override
    public String name() {
        return "record";
    }

    @Override
    public String summary() {
        return "writes the samples of processes into a file, with topology and memory maps";
    }

    @Override
    public Options options() {
        Options options = new Options()
                .addOption(org.apache.commons.cli.Option.builder(FILE_KEY).longOpt("output").hasArg().argName("FILE")
                        .required().desc("the file; one that is there is replaced").build());
        ReportTarget.addTo(options);
        options.addOption(Arguments.valued(DURATION_KEY, "TIME", "records so long (" + DURATION.range()
                        + ", default: until interrupted or no process is left)"))
                .addOption(HelperAccess.socketOption());
        HelperAccess.ownHelperOptions().forEach(options::addOption);
        return options;
    }

    @Override
    public void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        Optional<Duration> duration = line.hasOption(DURATION_KEY)
                ? Optional.of(Arguments.parse(DURATION, line.getOptionValue(DURATION_KEY))) : Optional.empty();
        ReportTarget target = ReportTarget.of(line);
        Path file = Arguments.path(line, "output").orElseThrow();
        Doors.load();
        try (StopSignal.Armed stop = console.stop().arm(); HelperAccess helper = HelperAccess.open(line, console)) {
            SamplingStatus before = Doors.status(helper.connection());
            try (RecordedGroups groups = RecordedGroups.open(helper.connection(), target, before)) {
                RecentRings rings = groups.rings();
                long startNs = MonotonicClock.nowNs();
                try (TraceWriter writer = TraceWriter.create(file, header(before, target, startNs, groups))) {
                    Recording recording = new Recording(groups, TargetLife.of(target), writer,
                            new RecordedProcesses(groups.processes(), writer, ProcessFiles::memoryMap, startNs), rings,
                            new HelperWatch(helper.connection(), startNs));
                    recording.run(stop, duration);
                    recording.finish(console, file, before);
                    recording.requireHelper();
                }
            }
        }
    }

    private static TraceHeader header(SamplingStatus status, ReportTarget target, long startNs, RecordedGroups groups)
            throws IOException, FailureException {
        return new TraceHeader(startNs, System.currentTimeMillis(), groups.pageShift(), status.source(),
                status.rateAskedHz(), "membalancer " + Main.version(), target.text(), SysfsTopology.read(SYSFS));
    }

    /** One recording under way. */
    private static final class Recording {
        private final RecordedGroups groups;
        private final TargetLife life;
        private final TraceWriter writer;
        private final RecordedProcesses processes;
        private final Recorder recorder;
        private final HelperWatch helper;

        Recording(RecordedGroups groups, TargetLife life, TraceWriter writer, RecordedProcesses processes,
                RecentRings rings, HelperWatch helper) {
            this.groups = groups;
            this.life = life;
            this.writer = writer;
            this.processes = processes;
            this.recorder = new Recorder(rings, writer, processes, helper.startNs(), MonotonicClock::nowNs);
            this.helper = helper;
        }

        void run(StopSignal.Armed stop, Optional<Duration> duration) throws IOException, InterruptedException {
            long endNs = duration.map(d -> helper.startNs() + d.toNanos()).orElse(Long.MAX_VALUE);
            boolean isOver = false;
            while (!isOver) {
                recorder.poll();
                isOver = stop.await(POLL) || isLeftAlone() || MonotonicClock.nowNs() >= endNs
                        || !helper.answers(MonotonicClock.nowNs());
            }
            recorder.poll();
            Thread.sleep(POLL.toMillis()); // what was numbered until now is written then: RecentRing.drain()
        }

        void finish(Console console, Path file, SamplingStatus before) throws IOException {
            recorder.finish();
            Map<String, Long> counters = RecordCounters.of(groups, processes, recorder, before, helper.ask());
            long endNs = recorder.endNs();
            writer.counters(endNs, counters);
            new RecordSummary(writer.finish(endNs), endNs - helper.startNs(), counters, writer.bytes())
                    .print(file, console.out());
        }

        /** The file is whole all the same, and says what there was until then. */
        void requireHelper() throws HelperException {
            if (helper.whyNot().isPresent()) {
                throw helper.whyNot().get();
            }
        }

        private boolean isLeftAlone() {
            return !groups.hasProcesses() && !life.mayGrow();
        }
    }
}
