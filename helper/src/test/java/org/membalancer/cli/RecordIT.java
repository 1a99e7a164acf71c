// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.AccessLayout;
import org.membalancer.core.trace.TraceException;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.core.sample.Sample;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.NativeLibrary;

/** {@code membalancer record} with the real helper and a real process. */
@Timeout(300)
class RecordIT {
    private static final Pattern SUMMARY =
            Pattern.compile("seen (\\d+) samples in [0-9.]+ s = written (\\d+) \\+ lost (\\d+)\n(.*\n)");

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

    @Test
    void shouldEndWithAWholeFileWhenItIsInterrupted() throws Exception {
        try (Tools.HotSet workload = Tools.HotSet.start()) {
            Process process = record(workload, "--source", "soft");
            awaitSamples(process);
            Tools.signal("INT", process);
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), out);
            assertEquals(Summary.of(out).written, read(workload).samples);
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
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft");
                Tools.HotSet workload = Tools.HotSet.start();
                HelperConnection connection = HelperConnection.connect(socket)) {
            Process process = record(workload, "--socket", socket.toString());
            awaitSamples(process);
            Tools.signal("STOP", process);
            long atStop = recorded(connection);
            while (recorded(connection) < atStop + 5000) { // more than the ring's 4096 places
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

    /** Header, process and map take some KiB at most and come at once; more bytes come with the first flushed samples. */
    private void awaitSamples(Process process) throws IOException {
        long samples = 0;
        while (samples == 0) {
            assertTrue(process.isAlive(), "the recorder ended");
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

    private record Seen(long samples, long inWorkingSet, long inHotSet, long lost) {
    }

    private record Summary(long written, long lost) {

        static Summary of(String out) {
            Matcher summary = SUMMARY.matcher(out);
            assertTrue(summary.matches(), out);
            long written = Long.parseLong(summary.group(2));
            long lost = Long.parseLong(summary.group(3));
            assertEquals(Long.parseLong(summary.group(1)), written + lost, out);
            return new Summary(written, lost);
        }
    }
}
