// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.AccessLayout;
import org.membalancer.core.trace.TraceException;
import org.membalancer.core.trace.TraceProcess;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.core.sample.Sample;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.NativeLibrary;

/** {@code membalancer record} with the real helper and a real process. */
@Timeout(300)
class RecordIT {
    private static final Pattern SUMMARY =
            Pattern.compile("seen (\\d+) samples in [0-9.]+ s = written (\\d+) \\+ lost (\\d+)(?: \\+ seen in two groups (\\d+))?\n"
                    + "processes (\\d+) came in, (\\d+) ended or left, 0 without a place; in the trace (\\d+),.*\n(.*\n)");

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void needRootAndTheHelper() throws IOException {
        Tools.needRootAndTheHelper();
        file = directory.resolve("it.mbtrace");
    }

    @Test
    void shouldRecordSamplesAndMaps() throws Exception {
        try (Tools.HotSet workload = Tools.HotSet.start()) {
            CommandRun run = Tools.run("record", "-o", file.toString(), "-p", workload.pid(), "--duration", "2s",
                    "--source", "soft", "--rate", "8000"); // so fast that it needs a longer ring, in a group of its own
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("", run.err());
            Summary summary = Summary.of(run.out());
            Seen seen = read(workload);
            assertEquals(summary.written, seen.samples);
            assertEquals(0, summary.lost, run.out());
            assertTrue(seen.inHotSet > seen.inWorkingSet / 2 && seen.inWorkingSet > 0, seen::toString);
        }
    }

    /** Ctrl-C is for all processes of the terminal, but for the helper: it is asked for its counters after that. */
    @Test
    void shouldEndWithAWholeFileWhenItIsInterrupted() throws Exception {
        try (Tools.HotSet workload = Tools.HotSet.start();
                Terminal terminal = Terminal.membalancer("record", "-o", file.toString(), "-p", workload.pid(), "--source",
                        "soft")) {
            awaitSamples(terminal::isAlive, 1);
            assertEquals(0, terminal.interrupt(), terminal::screen);
            assertEquals(Summary.of(terminal.screen().replaceFirst("^\\^C", "")).written, read(workload).samples);
            assertTrue(counters().get("helper_recorded") > 0, () -> terminal.screen());
        }
    }

    @Test
    void shouldEndWithTheProcess() throws Exception {
        try (Tools.HotSet workload = Tools.HotSet.start()) {
            Process process = record(workload, "--source", "soft");
            awaitSamples(process);
            workload.close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), out);
            assertEquals(Summary.of(out).written, read(workload).samples);
        }
    }

    @Test
    void shouldLeaveAFileThatTellsThatItWasKilled() throws Exception {
        try (Tools.HotSet workload = Tools.HotSet.start()) {
            Process process = record(workload, "--source", "soft");
            awaitSamples(process);
            process.destroyForcibly().waitFor();
            TraceException e = assertThrows(TraceException.class, () -> read(workload));
            assertTrue(e.getMessage().matches(".*it.mbtrace: at byte \\d+: cut off.*"), e.getMessage());
        }
    }

    @Test
    void shouldCountWhatItMissedWhileItWasStopped() throws Exception {
        NativeLibrary.load();
        Path socket = directory.resolve("socket");
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft", "--max-cpu-percent", "3");
                Tools.HotSet workload = Tools.HotSet.start();
                HelperConnection connection = HelperConnection.connect(socket)) {
            Process process = record(workload, "--socket", socket.toString());
            awaitSamples(process);
            Tools.signal("STOP", process);
            long atStop = recorded(connection);
            int slots = RecordedGroups.neededSlots(Doors.status(connection));
            while (recorded(connection) <= atStop + slots) { // more than the ring's places
                assertTrue(helper.process().isAlive() && workload.process().isAlive());
                Thread.onSpinWait();
            }
            Tools.signal("CONT", process);
            Tools.signal("INT", process);
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), out);
            Summary summary = Summary.of(out);
            assertTrue(summary.lost > 0, out);
            Seen seen = read(workload);
            assertEquals(summary.written, seen.samples);
            assertEquals(summary.lost, seen.lost);
        }
    }

    @Test
    void shouldRecordEachProcessOfAListWithItsTruth() throws Exception {
        try (Tools.HotSet one = Tools.HotSet.start(1); Tools.HotSet other = Tools.HotSet.start(1)) {
            Process process = start("-p", one.pid() + "," + other.pid(), "--source", "soft", "--rate", "4000", "-u", "-c", "0-1");
            awaitSamples(process, 1500);
            Summary summary = interrupt(process);
            assertEquals(2, summary.processes);
            Shares shares = Shares.of(file, List.of(one, other));
            assertEquals(summary.written, shares.samples);
            shares.assertTruth(one);
            shares.assertTruth(other);
            CommandRun replay = Tools.run("replay", file.toString(), "--top", "3");
            assertEquals(0, replay.exitCode(), replay.err());
            assertTrue(replay.out().contains("\nprocesses  2 alive, 2 with samples, " + summary.written + " samples\n"),
                    replay.out());
            assertTrue(replay.out().contains("\nprocess    " + one.pid() + " hot-set\n"), replay.out());
        }
    }

    /** The child is a parent of its own too, so that both groups have its samples; it ends while it is recorded. */
    @Test
    void shouldRecordDescendantsOnceAndSayWhichEnded() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", Tools.HOT_SET + " --size 16MiB --hot-size 2MiB --threads 1"
                + " --seconds 1000 & echo $!; wait; while :; do /bin/true; done").start();
        String child = Tools.firstLine(parent);
        try {
            Process process = start("-P", parent.pid() + "," + child, "--source", "soft");
            awaitSamples(process, 500);
            parent.descendants().forEach(ProcessHandle::destroyForcibly); // and now it makes one short process after another
            long atEnd = samplesSoFar();
            awaitSamples(process, atEnd + 100);
            Summary summary = interrupt(process);
            assertTrue(summary.twice > 0 && summary.twice < summary.written, summary::toString);
            assertTrue(summary.processes > 10, summary::toString);
            assertEquals(summary.written, samplesOnce());
            CommandRun replay = Tools.run("replay", file.toString(), "--processes", "1");
            assertEquals(0, replay.exitCode(), replay.err());
            assertTrue(replay.out().contains("\nprocess    " + child + " hot-set (ended)\n"), replay.out());
            assertTrue(replay.out().contains("\nnote       while it was recorded: processes "), replay.out());
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldRecordAllButItselfAndItsHelper() throws Exception {
        try (Tools.HotSet workload = Tools.HotSet.start()) {
            Process process = start("--all", "--source", "soft");
            awaitSamples(process, 200);
            List<Long> own = Stream.concat(Stream.of(process.toHandle()), process.descendants()).map(ProcessHandle::pid).toList();
            interrupt(process);
            Map<Integer, TraceProcess> processes = processes();
            assertTrue(processes.values().stream().anyMatch(p -> p.tgid() == workload.process().pid()), processes::toString);
            assertTrue(own.size() > 1 && processes.values().stream().noneMatch(p -> own.contains((long) p.tgid())),
                    () -> own + " " + processes);
        }
    }

    @Test
    void shouldRecordTheProcessesOfACgroup() throws Exception {
        Optional<Path> mount = Tools.cgroupMount();
        assumeTrue(mount.isPresent(), "no cgroup v2 hierarchy is mounted");
        Path cgroup = mount.get().resolve("mbal-record-it-" + ProcessHandle.current().pid());
        try (Tools.HotSet workload = Tools.HotSet.start(); Tools.HotSet outside = Tools.HotSet.start()) {
            assumeTrue(cgroup.toFile().mkdir(), "no cgroup can be made in " + mount.get());
            Process process = start("--cgroup", cgroup.toString(), "--source", "soft");
            Files.writeString(cgroup.resolve("cgroup.procs"), workload.pid()); // may come later than the recording began
            awaitSamples(process, 100);
            assertEquals(1, interrupt(process).processes);
            assertEquals(workload.process().pid(), processes().get(0).tgid());
            assertTrue(outside.process().isAlive());
        } finally {
            Tools.removeCgroup(cgroup);
        }
    }

    @Test
    void shouldEndTheFileWellWhenItsHelperDies() throws Exception {
        Path socket = directory.resolve("socket");
        try (Tools.HotSet workload = Tools.HotSet.start(); Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft")) {
            Process process = record(workload, "--socket", socket.toString());
            awaitSamples(process);
            helper.close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(1, process.waitFor(), out);
            assertTrue(out.matches("(?s)seen .*\nmembalancer: the helper at " + socket + " [^\n]*\n"), out);
            assertTrue(read(workload).samples > 0);
        }
    }

    @Test
    void shouldFailWithOneLine() throws Exception {
        try (Tools.HotSet workload = Tools.HotSet.start()) {
            Path nowhere = directory.resolve("no/such/folder/x");
            assertEquals(new CommandRun(1, "", "membalancer: no such file: " + nowhere + "\n"),
                    Tools.run("record", "-o", nowhere.toString(), "-p", workload.pid(), "--source", "soft"));
            CommandRun full = Tools.run("record", "-o", "/dev/full", "-p", workload.pid(), "--source", "soft");
            assertEquals(new CommandRun(1, "", "membalancer: /dev/full: No space left on device\n"), full);
        }
        assertEquals(new CommandRun(1, "", "membalancer: no such process: 4194304\n"),
                Tools.run("record", "-o", file.toString(), "-p", "4194304"));
        assertEquals(new CommandRun(1, "", "membalancer: no cgroup (v2): " + directory + "\n"),
                Tools.run("record", "-o", file.toString(), "--cgroup", directory.toString()));
    }

    @Test
    void shouldUseTheFlagsOfTheAbi() throws Exception {
        NativeLibrary.load();
        assertEquals(Sample.LOAD, AbiLayout.value("MBAL_ACCESS_LOAD"));
        assertEquals(Sample.STORE, AbiLayout.value("MBAL_ACCESS_STORE"));
        assertEquals(Sample.CODE, AbiLayout.value("MBAL_ACCESS_CODE"));
        assertEquals(Sample.STALL, AbiLayout.value("MBAL_ACCESS_STALL"));
        assertEquals(Sample.REMOTE, AbiLayout.value("MBAL_ACCESS_REMOTE"));
        assertEquals(Sample.TLB_MISS, AbiLayout.value("MBAL_ACCESS_TLB_MISS"));
        assertEquals(Sample.MISS, AbiLayout.value("MBAL_ACCESS_MISS"));
        assertEquals(Sample.HINT_FAULT, AbiLayout.value("MBAL_ACCESS_HINT_FAULT"));
        assertEquals(Sample.KERNEL, AbiLayout.value("MBAL_ACCESS_KERNEL"));
        assertEquals(Sample.NODE_UNKNOWN, AbiLayout.value("MBAL_NODE_UNKNOWN"));
        assertEquals(64, AccessLayout.of(AbiLayout::value).bytes());
    }

    private Process record(Tools.HotSet workload, String option, String value) throws IOException {
        return Tools.membalancer("record", "-o", file.toString(), "-p", workload.pid(), option, value)
                .redirectErrorStream(true).start();
    }

    private Process start(String... options) throws IOException {
        return Tools.membalancer(Stream.concat(Stream.of("record", "-o", file.toString()), Stream.of(options))
                .toArray(String[]::new)).redirectErrorStream(true).start();
    }

    private static Summary interrupt(Process process) throws Exception {
        Tools.signal("INT", process);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return Summary.of(out);
    }

    private Map<Integer, TraceProcess> processes() throws IOException {
        try (TraceReader reader = TraceReader.open(file)) {
            reader.forEach(sample -> { });
            return Map.copyOf(reader.processes());
        }
    }

    /** Samples that differ from all others in time, thread, address or kind. */
    private long samplesOnce() throws IOException {
        Set<List<Long>> once = new HashSet<>();
        try (TraceReader reader = TraceReader.open(file)) {
            reader.forEach(s -> once.add(List.of(s.timeNs(), (long) s.tid(), s.address(), (long) s.flags())));
        }
        return once.size();
    }

    private Map<String, Long> counters() throws IOException {
        try (TraceReader reader = TraceReader.open(file)) {
            reader.forEach(sample -> { });
            return Map.copyOf(reader.counters());
        }
    }

    private void awaitSamples(Process process) throws IOException {
        awaitSamples(process, 1);
    }

    private void awaitSamples(Process process, long wanted) throws IOException {
        awaitSamples(process::isAlive, wanted);
    }

    /** Header, process and map take some KiB at most and come at once; more bytes come with the first flushed samples. */
    private void awaitSamples(BooleanSupplier isAlive, long wanted) throws IOException {
        long samples = 0;
        while (samples < wanted) {
            assertTrue(isAlive.getAsBoolean(), "the recorder ended");
            Thread.onSpinWait();
            samples = Files.exists(file) ? samplesSoFar() : 0;
        }
    }

    private long samplesSoFar() throws IOException {
        long samples = 0;
        try (TraceReader reader = TraceReader.open(file)) {
            Sample sample = new Sample();
            while (reader.next(sample)) {
                samples = reader.samples();
            }
        } catch (TraceException underWay) {
            return samples;
        }
        return samples;
    }

    private static long recorded(HelperConnection connection) throws IOException {
        return connection.status().counters().get("recorded");
    }

    private Seen read(Tools.HotSet workload) throws IOException {
        long inWorkingSet = 0;
        long inHotSet = 0;
        try (TraceReader reader = TraceReader.open(file)) {
            Sample sample = new Sample();
            while (reader.next(sample)) {
                assertEquals(workload.process().pid(), sample.tgid());
                assertEquals(0, sample.processTag(), "the tag of the process's map");
                inWorkingSet += workload.contains(sample.address()) ? 1 : 0;
                inHotSet += workload.isHot(sample.address()) ? 1 : 0;
            }
            assertTrue(reader.memoryMap(0).stream().anyMatch(r -> r.contains(workload.workingStart())),
                    () -> reader.memoryMap(0).stream().map(MemoryRegion::toString).toList().toString());
            assertEquals("hot-set", reader.processes().get(0).command());
            assertEquals("soft", reader.header().source());
            return new Seen(reader.samples(), inWorkingSet, inHotSet, reader.lost());
        }
    }

    /** What a trace says of several hot-sets: accesses to each one's working set and hot part, by pid. */
    private record Shares(long samples, Map<Long, Long> working, Map<Long, Long> hot) {
        private static final double TRUTH = 0.9; /* the share that the hot-set gives its hot part */

        static Shares of(Path file, List<Tools.HotSet> workloads) throws IOException {
            Shares shares = new Shares(0, new HashMap<>(), new HashMap<>());
            try (TraceReader reader = TraceReader.open(file)) {
                reader.forEach(sample -> workloads.stream()
                        .filter(w -> w.process().pid() == sample.tgid() && !sample.is(Sample.STALL))
                        .filter(w -> w.contains(sample.address())).forEach(w -> shares.count(w, sample)));
                assertEquals(2, reader.processes().size(), () -> reader.processes().toString());
                for (TraceProcess process : reader.processes().values()) {
                    assertTrue(!reader.memoryMap(process.tag()).isEmpty(), process::toString);
                }
                return new Shares(reader.samples(), shares.working, shares.hot);
            }
        }

        private void count(Tools.HotSet workload, Sample sample) {
            working.merge(workload.process().pid(), 1L, Long::sum);
            if (workload.isHot(sample.address())) {
                hot.merge(workload.process().pid(), 1L, Long::sum);
            }
        }

        /** Within five standard errors and what the source may be wrong by. */
        void assertTruth(Tools.HotSet workload) {
            double n = working.getOrDefault(workload.process().pid(), 0L);
            double share = hot.getOrDefault(workload.process().pid(), 0L) / n;
            double margin = 5 * Math.sqrt(TRUTH * (1 - TRUTH) / n) + 0.02;
            assertTrue(n > 100 && Math.abs(share - TRUTH) < margin, () -> "n=" + n + " share=" + share + " margin=" + margin);
        }
    }

    private record Seen(long samples, long inWorkingSet, long inHotSet, long lost) {
    }

    private record Summary(long written, long lost, long twice, long processes) {

        static Summary of(String out) {
            Matcher summary = SUMMARY.matcher(out);
            assertTrue(summary.matches(), out);
            long written = Long.parseLong(summary.group(2));
            long lost = Long.parseLong(summary.group(3));
            long twice = summary.group(4) == null ? 0 : Long.parseLong(summary.group(4));
            assertEquals(Long.parseLong(summary.group(1)), written + lost + twice, out);
            return new Summary(written, lost, twice, Long.parseLong(summary.group(7)));
        }
    }
}
