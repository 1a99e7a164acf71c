// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.cli.Tools.HotSet;
import org.membalancer.cli.Tools.TestHelper;

/** The launcher, the packaged jar and the real helper, on the C hot-set. */
@Timeout(300)
class RealHelperIT {
    private static final String LAUNCHER = Tools.TOP.resolve("bin/membalancer").toString();

    @TempDir
    private Path directory;
    private Path temporaryFolder;

    @BeforeEach
    void needRootAndTheHelper() throws IOException {
        Tools.needRootAndTheHelper();
        temporaryFolder = Files.createDirectory(directory.resolve("tmp"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void shouldReportAProcessThroughAHelperOfItsOwn() throws Exception {
        try (HotSet workload = HotSet.start(1)) {
            CommandRun run = membalancer("report", "-p", workload.pid(), "--json", "--interval", "2s", "--source",
                    "soft");
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("", run.err());
            double working = accesses(run.out(), workload.workingStart(), workload.workingEnd());
            double hot = accesses(run.out(), workload.hotStart(), workload.workingEnd());
            assertTrue(hot > working / 2 && working > 0, "working " + working + " hot " + hot);
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldUseTheHelperThatRuns() throws Exception {
        Path socket = directory.resolve("socket");
        try (TestHelper helper = TestHelper.start(socket, "soft"); HotSet workload = HotSet.start(1)) {
            CommandRun report = membalancer("report", "-p", workload.pid(), "--socket", socket.toString(),
                    "--interval", "500ms", "--count", "2");
            assertEquals(0, report.exitCode(), report.err());
            assertTrue(report.out().contains("soft"), report.out());
            CommandRun status = membalancer("status", "--socket", socket.toString());
            assertEquals(0, status.exitCode(), status.err());
            assertTrue(status.out().contains(", pid " + helper.process().pid() + ", up "), status.out());
            assertTrue(status.out().contains("\nsource soft, "), status.out());
            CommandRun json = membalancer("status", "--json", "--socket", socket.toString());
            assertTrue(json.out().contains("\"helperPid\" : " + helper.process().pid()), json.out());
        }
    }

    @Test
    void shouldSayThatTheHelperDoesNotPermit() throws Exception {
        Path socket = directory.resolve("socket");
        try (TestHelper helper = TestHelper.start(socket, "soft"); HotSet workload = HotSet.start(1)) {
            List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
            assumeTrue(CommandRun.of(join(asNobody, LAUNCHER, "--version")).exitCode() == 0,
                    "another user cannot run " + LAUNCHER);
            CommandRun run = CommandRun.of(join(asNobody, LAUNCHER, "report", "-p", workload.pid(), "--socket",
                    socket.toString()));
            assertEquals(1, run.exitCode(), run.out());
            assertTrue(run.err().matches("membalancer: not permitted by the helper at .*: the tables of process "
                    + workload.pid() + " .*\n"), run.err());
            assertTrue(helper.process().isAlive());
        }
    }

    @Test
    void shouldReportSeveralProcesses() throws Exception {
        try (HotSet one = HotSet.start(1); HotSet other = HotSet.start(1)) {
            CommandRun run = membalancer("report", "-p", one.pid() + "," + other.pid(), "--json", "--interval", "2s",
                    "--source", "soft");
            assertEquals(0, run.exitCode(), run.err());
            for (HotSet workload : List.of(one, other)) {
                String own = reportOf(run.out(), workload.pid());
                double working = accesses(own, workload.workingStart(), workload.workingEnd());
                assertTrue(accesses(own, workload.hotStart(), workload.workingEnd()) > working / 2 && working > 0, own);
            }
            CommandRun text = membalancer("report", "-p", one.pid() + "," + other.pid(), "--interval", "1s",
                    "--source", "soft", "-c", "0-1", "-u");
            assertEquals(0, text.exitCode(), text.err());
            assertTrue(text.out().contains("\nprocesses  2 alive, "), text.out());
            assertTrue(text.out().contains("\nprocess    " + one.pid() + " hot-set\n"), text.out());
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldReportWhatComesFromAProcess() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", Tools.HOT_SET + " --size 16MiB --hot-size 2MiB --threads 1"
                + " --seconds 1000 & echo $!; wait").start();
        String child = Tools.firstLine(parent);
        try {
            CommandRun all = membalancer("report", "-P", Long.toString(parent.pid()), "--interval", "2s", "--source",
                    "soft");
            assertEquals(0, all.exitCode(), all.err());
            assertTrue(all.out().contains("\nprocesses  2 alive, "), all.out());
            assertTrue(all.out().contains("\nprocess    " + child + " hot-set\n"), all.out());
            CommandRun children = membalancer("report", "-P", Long.toString(parent.pid()), "--children-only",
                    "--interval", "1s", "--source", "soft");
            assertEquals(0, children.exitCode(), children.err());
            assertTrue(children.out().contains("\nprocesses  1 alive, "), children.out());
            CommandRun nowhere = membalancer("report", "-P", Long.toString(parent.pid()), "--interval", "1s",
                    "--source", "soft", "--code-ranges", "0x1000-0x2000");
            assertEquals(0, nowhere.exitCode(), nowhere.err());
            assertTrue(nowhere.out().contains("\nprocesses  2 alive, 0 with samples, 0 samples\n"), nowhere.out());
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.waitFor();
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldReportUntilTheLastProcessOfAGroupEnds() throws Exception {
        try (HotSet one = HotSet.start(1); HotSet other = HotSet.start(1)) {
            Process process = builder("report", "-p", one.pid() + "," + other.pid(), "--interval", "300ms",
                    "--count", "0", "--source", "soft").redirectErrorStream(true).start();
            String first = Tools.firstLine(process);
            assertEquals("target     processes [" + one.pid() + ", " + other.pid() + "]", first);
            one.close();
            other.close();
            String rest = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), rest);
            assertTrue(rest.endsWith("membalancer: no process is left of processes [" + one.pid() + ", "
                    + other.pid() + "]\n"), rest);
            assertTrue(rest.contains(" (ended)\n") || rest.contains("0 with samples"), rest);
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldReportACgroupOrSayThatThereIsNone() throws Exception {
        CommandRun none = membalancer("report", "--cgroup", directory.toString());
        assertEquals(1, none.exitCode(), none.out());
        assertEquals("membalancer: no cgroup (v2): " + directory + "\n", none.err());
        Optional<Path> mount = Tools.cgroupMount();
        assumeTrue(mount.isPresent(), "no cgroup v2 hierarchy is mounted");
        Path cgroup = mount.get().resolve("mbal-it-" + ProcessHandle.current().pid());
        try (HotSet workload = HotSet.start(1)) {
            assumeTrue(cgroup.toFile().mkdir(), "no cgroup can be made in " + mount.get());
            Files.writeString(cgroup.resolve("cgroup.procs"), workload.pid());
            CommandRun run = membalancer("report", "--cgroup", cgroup.toString(), "--interval", "2s", "--source",
                    "soft");
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.out().contains("\nprocesses  1 alive, 1 with samples, "), run.out());
        } finally {
            Tools.removeCgroup(cgroup);
        }
        assertNothingIsLeft();
    }

    /** The part of a report of several processes that is about one. */
    private static String reportOf(String json, String pid) {
        int start = json.indexOf("\"report\":{\"formatVersion\":1,\"pid\":" + pid + ",");
        assertTrue(start >= 0, json);
        int next = json.indexOf("\"report\":", start + 1);
        String own = json.substring(start + "\"report\":".length(), next < 0 ? json.length() : next);
        return own.substring(0, own.lastIndexOf("\"notes\"")).stripTrailing().replaceAll(",$", "") + "}";
    }

    @Test
    void shouldRepeatWhatTheHelperDoesNotUnderstand() throws Exception {
        CommandRun run = membalancer("report", "-p", "1", "--rate", "0");
        assertEquals(2, run.exitCode(), run.out() + run.err());
        assertTrue(run.err().matches("membalancer: report: .*rate.* \\(see membalancer report --help\\)\n"), run.err());
    }

    @Test
    void shouldReportUntilTheProcessEnds() throws Exception {
        try (HotSet workload = HotSet.start(1)) {
            Process process = builder("report", "-p", workload.pid(), "--interval", "200ms", "--count", "0",
                    "--source", "soft").redirectErrorStream(true).start();
            String first = Tools.firstLine(process);
            assertTrue(first.matches("process +" + workload.pid()), first);
            workload.close();
            String rest = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), rest);
            assertTrue(rest.endsWith("membalancer: process " + workload.pid() + " ended\n"), rest);
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldEndItsHelperWhenItIsKilled() throws Exception {
        try (HotSet workload = HotSet.start(1)) {
            Process process = start("report", "-p", workload.pid(), "--interval", "1h", "--source", "soft");
            ProcessHandle helper = awaitHelperOf(process);
            while (!list(temporaryFolder).isEmpty()) { // until it has connected
                assertTrue(process.isAlive(), "the command line ended");
                Thread.onSpinWait();
            }
            process.destroyForcibly().waitFor();
            helper.onExit().get();
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldEndItsHelperWhenItIsInterrupted() throws Exception {
        try (HotSet workload = HotSet.start(1)) {
            Process process = start("report", "-p", workload.pid(), "--interval", "1h", "--source", "soft");
            ProcessHandle helper = awaitHelperOf(process);
            assertEquals(0, CommandRun.of(List.of("kill", "-INT", Long.toString(process.pid()))).exitCode());
            process.waitFor();
            assertFalse(helper.isAlive(), "the helper runs on");
        }
        assertNothingIsLeft();
    }

    private static ProcessHandle awaitHelperOf(Process process) {
        Optional<ProcessHandle> helper = Optional.empty();
        while (helper.isEmpty()) {
            assertTrue(process.isAlive(), "the command line ended");
            helper = process.descendants()
                    .filter(child -> child.info().command().orElse("").endsWith("/membalancer-helper")).findFirst();
            Thread.onSpinWait();
        }
        return helper.get();
    }

    private void assertNothingIsLeft() throws IOException {
        assertEquals(List.of(), list(temporaryFolder));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static double accesses(String json, long start, long end) throws IOException {
        double sum = 0;
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            boolean inBlocks = false;
            long address = 0;
            while (parser.nextToken() != null) {
                if (parser.currentToken() != JsonToken.FIELD_NAME) {
                    inBlocks &= parser.currentToken() != JsonToken.END_ARRAY
                            || !"blocks".equals(parser.currentName());
                    continue;
                }
                String name = parser.currentName();
                inBlocks |= name.equals("blocks");
                if (inBlocks && name.equals("address")) {
                    address = Long.decode(parser.nextTextValue());
                } else if (inBlocks && name.equals("accesses") && address >= start && address < end) {
                    parser.nextToken();
                    sum += parser.getDoubleValue();
                }
            }
        }
        return sum;
    }

    private CommandRun membalancer(String... args) throws Exception {
        return CommandRun.of(builder(args));
    }

    private Process start(String... args) throws IOException {
        return builder(args).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private ProcessBuilder builder(String... args) {
        ProcessBuilder builder = Tools.membalancer(args);
        builder.environment().put("TMPDIR", temporaryFolder.toString());
        return builder;
    }

    private static List<String> join(List<String> first, String... more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return all;
    }
}
