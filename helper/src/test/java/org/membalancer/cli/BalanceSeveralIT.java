// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.cli.Tools.HotSet;

/** The launcher, the packaged jar and the real helper balance several processes, without moving anything. */
@Timeout(300)
class BalanceSeveralIT {
    private static final Pattern ADDRESS = Pattern.compile("\"address\":\"0x([0-9a-f]+)\"");

    @TempDir
    private Path directory;

    @BeforeEach
    void needRootAndTheHelper() throws IOException {
        Tools.needRootAndTheHelper();
    }

    @Test
    void shouldFollowAParentsProcessesAsTheyComeAndGo() throws Exception {
        Run run = null;
        try (Parent parent = Parent.start()) {
            long first = parent.child();
            run = Run.start(directory, "-P", Long.toString(parent.process.pid()), "--policy", "autotune");
            run.awaitRounds(first, 1);
            long second = parent.child();
            run.awaitRounds(second, 2);
            ProcessHandle.of(first).orElseThrow().destroyForcibly();
            long seen = run.roundsOf(second);
            run.awaitRounds(second, seen + 3);
            run.balance.destroy(); // SIGTERM
            assertEquals(0, run.balance.waitFor(), run.err());
            assertTrue(run.out().contains("\nprocesses balanced "), run.out());
            assertTrue(run.out().contains("\n  process " + first + " (sleep), no more at the end: pages asked to move 0"),
                    run.out());
            assertTrue(run.out().contains("\n  process " + second + " (sleep): pages asked to move 0"), run.out());
            assertFalse(run.err().contains("cannot"), run.err());
        } finally {
            Run.end(run);
        }
    }

    @Test
    void shouldEndOnceAllOfAListHaveEnded() throws Exception {
        Run run = null;
        try (HotSet one = HotSet.start(1); HotSet other = HotSet.start(1)) {
            run = Run.start(directory, "-p", one.pid() + "," + other.pid());
            run.awaitRounds(one.process().pid(), 2);
            run.awaitRounds(other.process().pid(), 2);
            one.close();
            other.close();
            assertEquals(0, run.balance.waitFor(), run.err());
            assertTrue(run.err().contains("membalancer: no process is left of processes [" + one.pid() + ", " + other.pid()
                    + "]\n"), run.err());
            assertTrue(run.out().contains("\nprocesses balanced 2, no more at the end 2\n"), run.out());
        } finally {
            Run.end(run);
        }
    }

    @Test
    void shouldTellTheirHeatApart() throws Exception {
        Run run = null;
        try (HotSet one = HotSet.start(1); HotSet other = HotSet.start(1)) {
            run = Run.start(directory, "-p", one.pid() + "," + other.pid());
            run.awaitBlock(one);
            run.awaitBlock(other);
            assertFalse(run.hasBlock(one, other), "heat of the other one");
            assertFalse(run.hasBlock(other, one), "heat of the one");
        } finally {
            Run.end(run);
        }
    }

    @Test
    void shouldFollowACgroup() throws Exception {
        Optional<Path> mount = Tools.cgroupMount();
        assumeTrue(mount.isPresent(), "no cgroup (v2) is mounted");
        Path cgroup = Files.createDirectory(mount.get().resolve("membalancer-test-" + ProcessHandle.current().pid()));
        Run run = null;
        try (HotSet member = HotSet.start(1)) {
            Files.writeString(cgroup.resolve("cgroup.procs"), member.pid());
            run = Run.start(directory, "--cgroup", cgroup.toString());
            run.awaitBlock(member);
        } finally {
            Run.end(run);
            Tools.removeCgroup(cgroup);
        }
    }

    @Test
    void shouldLeaveItselfOutOfItsParentsProcesses() throws Exception {
        CommandRun run = CommandRun.of(CommandRun.builder(List.of("bash", "-c", "\"$0\" balance -P $$ --dry-run --source soft"
                + " 1s; exit $?", Tools.TOP.resolve("bin/membalancer").toString())));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().matches("(?s).*membalancer: process \\d+ is left out: it is this membalancer itself\n.*"),
                run.err());
        assertTrue(run.out().contains("= 1 membalancer itself"), run.out());
    }

    @Test
    void shouldEndWhereOnlyItselfIsLeftOfNestedTrees() throws Exception {
        Path err = directory.resolve("nested.err");
        Process outer = new ProcessBuilder("bash", "-c", "bash -c '\"$0\" balance -P $1,$$ --dry-run --source soft"
                + " --interval 100ms 2>\"$2\" >&2 & echo $!; read -r' \"$0\" $$ \"$1\"; exit",
                Tools.TOP.resolve("bin/membalancer").toString(), err.toString()).start();
        try {
            ProcessHandle balance = ProcessHandle.of(Long.parseLong(Tools.firstLine(outer))).orElseThrow();
            new FollowedFile(err, balance::isAlive).await(
                    lines -> lines.stream().anyMatch(line -> line.contains("is left out: it is this membalancer itself")));
            outer.getOutputStream().close(); // both shells end
            balance.onExit().join();
            assertTrue(Files.readString(err).contains("membalancer: no process is left of "), Files.readString(err));
        } finally {
            outer.descendants().forEach(ProcessHandle::destroy);
            outer.destroyForcibly().onExit().join();
        }
    }

    /** A shell that starts children when it is told to. */
    private record Parent(Process process) implements AutoCloseable {

        static Parent start() throws IOException {
            return new Parent(new ProcessBuilder("bash", "-c", "while read -r; do sleep 1000 & echo $!; done; wait").start());
        }

        /** Starts one; returns its id once it runs its own program. */
        long child() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            StringBuilder line = new StringBuilder();
            for (int c = process.getInputStream().read(); c >= 0 && c != '\n'; c = process.getInputStream().read()) {
                line.append((char) c);
            }
            Path name = Path.of("/proc", line.toString(), "comm");
            while (!Files.readString(name).equals("sleep\n")) {
                Thread.onSpinWait();
            }
            return Long.parseLong(line.toString());
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    /** A dry run under way. */
    private record Run(Process balance, FollowedFile explained, Path printed, Path told) {

        static Run start(Path directory, String... target) throws IOException {
            Path explained = directory.resolve("explained.json");
            List<String> arguments = new ArrayList<>(List.of("balance", "--dry-run", "--source", "soft", "--interval",
                    "200ms", "--explain=" + explained));
            arguments.addAll(List.of(target));
            Path out = directory.resolve("out");
            Path err = directory.resolve("err");
            ProcessBuilder builder = Tools.membalancer(arguments.toArray(String[]::new));
            builder.environment().put("TMPDIR", directory.toString());
            Process balance = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            return new Run(balance, new FollowedFile(explained, balance::isAlive), out, err);
        }

        static void end(Run run) throws InterruptedException {
            if (run != null) {
                run.balance.destroy();
                run.balance.waitFor();
            }
        }

        String out() throws IOException {
            return Files.readString(printed);
        }

        String err() throws IOException {
            return Files.readString(told);
        }

        long roundsOf(long pid) throws IOException {
            return of(pid, explained.lines()).count();
        }

        void awaitRounds(long pid, long count) throws IOException, InterruptedException {
            explained.await(lines -> of(pid, lines).count() >= count);
        }

        /** Waits until a block of its working set was judged as its own. */
        void awaitBlock(HotSet workload) throws IOException, InterruptedException {
            explained.await(lines -> hasBlock(workload.process().pid(), workload, lines));
        }

        /** Whether a block of that working set was judged as one of the process's. */
        boolean hasBlock(HotSet balanced, HotSet of) throws IOException {
            return hasBlock(balanced.process().pid(), of, explained.lines());
        }

        private static boolean hasBlock(long pid, HotSet of, List<String> lines) {
            return of(pid, lines).flatMap(line -> ADDRESS.matcher(line).results())
                    .anyMatch(found -> of.contains(Long.parseLong(found.group(1), 16)));
        }

        private static Stream<String> of(long pid, List<String> lines) {
            return lines.stream().filter(line -> line.startsWith("{\"process\":" + pid + ","));
        }
    }
}
