// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.trace.TraceWriter;

/** {@code membalancer replay} of the committed trace, through the real helper and its BPF programs. */
@Timeout(300)
class ReplayIT {
    private static final Path TRACES = Tools.TOP.resolve("core/src/test/resources/org/membalancer/core/trace");
    private static final Path TRACE = TRACES.resolve("two-nodes.mbtrace");
    private static final Path SEVERAL = TRACES.resolve("several.mbtrace");

    @TempDir
    private Path directory;

    /**
     * The trace lies within one epoch, so that nothing decays. What differs from run to run is left out: the cost, and
     * stalls, of which the fraction of a unit is rounded by chance.
     */
    @Test
    void shouldPrintTheCommittedReport() throws Exception {
        Tools.needRootAndTheHelper();
        CommandRun run = Tools.run("replay", TRACE.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        assertEquals(golden("two-nodes.report.txt"), steady(run.out()));
    }

    @Test
    void shouldPrintTheCommittedReportOfSeveralProcesses() throws Exception {
        Tools.needRootAndTheHelper();
        CommandRun run = Tools.run("replay", SEVERAL.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        assertEquals(golden("several.report.txt"), steady(run.out()));
    }

    /** Each process by itself, both programs of one, and the sum: no sample is anybody else's. */
    @Test
    void shouldReportAProcessOfSeveral() throws Exception {
        Tools.needRootAndTheHelper();
        CommandRun parent = Tools.run("replay", SEVERAL.toString(), "-p", "500");
        assertTrue(parent.out().startsWith("process    500\n") && parent.out().contains("of this one: 51 recorded"),
                parent.out() + parent.err());
        CommandRun child = Tools.run("replay", SEVERAL.toString(), "-p", "501", "--json");
        assertTrue(child.out().contains("\"sampledProcesses\":2,\"samples\":157,"), child.out() + child.err());
        assertTrue(child.out().contains("\"accesses\":82.0,") && child.out().contains("\"accesses\":75.0,"), child.out());
        CommandRun early = Tools.run("replay", SEVERAL.toString(), "--until", "0s", "--top", "0");
        assertTrue(early.out().contains("\nsamples    of all processes: 1 seen = 1 recorded\n"), early.out() + early.err());
        assertEquals(new CommandRun(1, "", "membalancer: " + SEVERAL + ": no samples of process 7 (without -p the report"
                + " says which processes there are)\n"), Tools.run("replay", SEVERAL.toString(), "-p", "7"));
    }

    @Test
    void shouldCountEverySampleExactly() throws Exception {
        Tools.needRootAndTheHelper();
        CommandRun run = Tools.run("replay", TRACE.toString(), "--json", "--until", "2s");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("\"seen\":201,\"recorded\":201,\"dropped\":{},\"underWay\":0,"), run.out());
        assertTrue(run.out().contains("\"accesses\":201.0,"), run.out());
    }

    /** Of 7 pages the program used each once, and the kernel 3 for it; another process is known by the kernel's accesses alone. */
    @Test
    void shouldLeaveOutWhatTheKernelDid() throws Exception {
        Tools.needRootAndTheHelper();
        Path trace = directory.resolve("kernel.mbtrace");
        try (TraceWriter writer = TraceWriter.create(trace, RecordedProcessesTest.header())) {
            for (int i = 0; i < 10; i++) {
                writer.sample(access(0, 17, i, i < 7 ? Sample.LOAD : Sample.LOAD | Sample.KERNEL));
            }
            writer.sample(access(1, 18, 10, Sample.STORE | Sample.KERNEL));
            writer.finish(11);
        }
        CommandRun all = Tools.run("replay", trace.toString(), "--json");
        assertTrue(all.out().contains("\"sampledProcesses\":2,\"samples\":11,"), all.out() + all.err());
        assertTrue(all.out().contains("\"seen\":11,\"recorded\":11,\"dropped\":{},"), all.out());
        CommandRun own = Tools.run("replay", trace.toString(), "-u", "--json");
        assertTrue(own.out().contains("\"seen\":11,\"recorded\":7,\"dropped\":{\"user_only\":4},"), own.out() + own.err());
        assertTrue(own.out().contains("\"accesses\":7.0,"), own.out());
        assertEquals(new CommandRun(1, "", "membalancer: " + trace + ": no samples of process 18 that the program made itself"
                + " (without -p the report says which processes there are)\n"), Tools.run("replay", trace.toString(), "-p", "18", "-u"));
    }

    private static Sample access(int tag, int tgid, int number, int flags) {
        return new Sample().at(1 + number, 0x7f00_0000_0000L + number * 4096L, 0x401000).by(tag, tgid, tgid)
                .nodes(0, Sample.NODE_UNKNOWN).kind(flags, 8, 1);
    }

    @Test
    void shouldReportATraceWithoutSamples() throws Exception {
        Tools.needRootAndTheHelper();
        Path empty = directory.resolve("empty.mbtrace");
        try (TraceWriter writer = TraceWriter.create(empty, RecordedProcessesTest.header())) {
            writer.finish(1);
        }
        CommandRun run = Tools.run("replay", empty.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("target     test\nprocesses  0 alive, 0 with samples, 0 samples\nnote "), run.out());
    }

    @Test
    void shouldFailWithOneLine() throws Exception {
        Tools.needRootAndTheHelper();
        Path cut = directory.resolve("cut.mbtrace");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(TRACE), 3000));
        CommandRun run = Tools.run("replay", cut.toString());
        assertEquals(new CommandRun(1, "", "membalancer: " + cut
                + ": at byte 246: cut off or corrupt: the file ends within a block of 3567 bytes\n"), run);
        Path nowhere = directory.resolve("nowhere");
        assertEquals(new CommandRun(1, "", "membalancer: no such file: " + nowhere + "\n"),
                Tools.run("replay", nowhere.toString()));
    }

    @Test
    void shouldSayThatItNeedsRoot() throws Exception {
        Tools.needRootAndTheHelper();
        Path trace = Files.copy(TRACE, Path.of("/tmp").resolve("membalancer-" + ProcessHandle.current().pid() + ".mbtrace"));
        try {
            List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    Tools.TOP.resolve("bin/membalancer").toString());
            assumeTrue(CommandRun.of(join(asNobody, "--version")).exitCode() == 0, "another user cannot run the launcher");
            CommandRun run = CommandRun.of(join(asNobody, "replay", trace.toString()));
            assertEquals(1, run.exitCode(), run.out());
            assertTrue(run.err().startsWith("membalancer: the helper did not start: not permitted: "), run.err());
        } finally {
            Files.delete(trace);
        }
    }

    private static List<String> join(List<String> first, String... more) {
        return Stream.concat(first.stream(), Arrays.stream(more)).toList();
    }

    static String steady(String report) {
        return report.replaceAll("helper \\S+, its cost \\S+ of a CPU", "helper V, its cost C of a CPU")
                .replaceAll("(?m)^( +\\S+% +\\S+) +\\S+(  .*%.*)$", "$1 S$2");
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = ReplayIT.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
