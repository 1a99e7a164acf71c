// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The launcher, the real helper and the C hot-set, for integration tests. */
final class Tools {
    static final Path TOP = Path.of(System.getProperty("top.dir"));
    private static final Path HELPER = Path.of(System.getProperty("native.dir"), "helper", "membalancer-helper");
    static final Path HOT_SET = Path.of(System.getProperty("native.dir"), "examples", "hot-set");
    private static final Pattern RANGES =
            Pattern.compile("hot-set: pid \\d+ working (0x[0-9a-f]+)-(0x[0-9a-f]+) hot (0x[0-9a-f]+)-(0x[0-9a-f]+)");

    private Tools() {
    }

    static void needRootAndTheHelper() throws IOException {
        assumeTrue(Files.readString(Path.of("/proc/self/status")).contains("\nUid:\t0\t0"),
                "the helper loads BPF programs: needs root");
        assumeTrue(Files.isExecutable(HELPER), "the helper is not built: " + HELPER);
        assumeTrue(Files.isExecutable(HOT_SET), "the C hot-set is not built: " + HOT_SET);
    }

    /** The command line with arguments, not started yet. */
    static ProcessBuilder membalancer(String... args) {
        List<String> command = new ArrayList<>(List.of(TOP.resolve("bin/membalancer").toString()));
        command.addAll(List.of(args));
        return CommandRun.builder(command);
    }

    static CommandRun run(String... args) throws Exception {
        return CommandRun.of(membalancer(args));
    }

    static void signal(String name, Process process) throws Exception {
        CommandRun kill = CommandRun.of(List.of("kill", "-" + name, Long.toString(process.pid())));
        assertTrue(kill.exitCode() == 0, kill.err());
    }

    static Optional<Path> cgroupMount() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream().map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2")).map(fields -> Path.of(fields[1])).findFirst();
    }

    static void removeCgroup(Path cgroup) {
        while (Files.exists(cgroup) && !cgroup.toFile().delete()) {
            Thread.onSpinWait(); // until the kernel has taken the killed process out
        }
    }

    static String firstLine(Process process) throws IOException {
        String line = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return line == null ? "ended without a line" : line;
    }

    /** The C hot-set at work, killed at the end. */
    record HotSet(Process process, long workingStart, long workingEnd, long hotStart) implements AutoCloseable {

        static HotSet start() throws IOException {
            return start(2);
        }

        static HotSet start(int threads) throws IOException {
            Process process = new ProcessBuilder(HOT_SET.toString(), "--size", "64MiB", "--hot-size", "8MiB", "--threads",
                    Integer.toString(threads), "--seconds", "1000").redirectErrorStream(true).start();
            String line = firstLine(process);
            Matcher ranges = RANGES.matcher(line);
            assertTrue(ranges.matches(), line);
            return new HotSet(process, Long.decode(ranges.group(1)), Long.decode(ranges.group(2)),
                    Long.decode(ranges.group(3)));
        }

        String pid() {
            return Long.toString(process.pid());
        }

        boolean contains(long address) {
            return address >= workingStart && address < workingEnd;
        }

        /** The hot part is the last one. */
        boolean isHot(long address) {
            return address >= hotStart && address < workingEnd;
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    /** The real helper on a socket of the test, ended at the end. */
    record TestHelper(Process process, Path socket) implements AutoCloseable {

        static TestHelper start(Path socket, String source, String... options) throws IOException {
            List<String> command = new ArrayList<>(List.of(HELPER.toString(), "--foreground", "--source", source, "--socket",
                    socket.toString()));
            command.addAll(List.of(options));
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String line = firstLine(process);
            assertTrue(line.startsWith("membalancer-helper: ready on " + socket), line);
            return new TestHelper(process, socket);
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
