// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.cli.Tools.HotSet;

/** The launcher, the packaged jar and the real helper balance the C hot-set, without moving anything. */
@Timeout(300)
class BalanceIT {
    private static final String SUMMARY = "(?s)rounds [1-9]\\d*\npages asked to move (\\d+)( = \\1 dry run)?\n(.*\n)?"
            + "local accesses \\d+\\.\\d% before, \\d+\\.\\d% after\n.*moved 0 B in 0 ms and 0 calls\n";

    @TempDir
    private Path directory;

    @BeforeEach
    void needRootAndTheHelper() throws IOException {
        Tools.needRootAndTheHelper();
    }

    @Test
    void shouldLookAndSumUpAndExplain() throws Exception {
        Process workload = HotSet.start(1).process();
        try {
            Path explained = directory.resolve("explained.json");
            CommandRun run = CommandRun.of(balance(workload, "--explain=" + explained, "4s"));
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.out().matches(SUMMARY), run.out());
            List<String> rounds = Files.readAllLines(explained);
            assertTrue(rounds.size() >= 2, "rounds: " + rounds.size());
            assertTrue(rounds.get(rounds.size() - 1).contains("\"reason\":\"best_place\""), rounds.toString());
        } finally {
            workload.destroyForcibly().onExit().join();
        }
    }

    @Test
    void shouldExplainAsManyBlocksAsWereAskedFor() throws Exception {
        Process workload = HotSet.start(1).process();
        try {
            Path explained = directory.resolve("explained.json");
            CommandRun run = CommandRun.of(balance(workload, "--explain=" + explained, "--explain-top", "1", "4s"));
            assertEquals(0, run.exitCode(), run.err());
            List<Integer> decisions = Files.readAllLines(explained).stream()
                    .map(round -> round.split("\"address\":", -1).length - 1).toList();
            assertEquals(1, decisions.stream().mapToInt(Integer::intValue).max().orElseThrow(), decisions.toString());
        } finally {
            workload.destroyForcibly().onExit().join();
        }
    }

    @Test
    void shouldSayInOneLineThatATierHasANodeThatIsNotThere() throws Exception {
        Process workload = HotSet.start(1).process();
        try {
            CommandRun run = CommandRun.of(balance(workload, "--tiers", "0:0:0:0:0:1:1:0-1:4095:10:0:0:0:0:0", "1s"));
            assertEquals(1, run.exitCode(), run.err());
            assertTrue(run.err().matches("(?s).*membalancer: --tiers: tier tier1 has node 4095, which has no memory here that "
                    + "may be used: nodes that have are [-,0-9]+\n"), run.err());
        } finally {
            workload.destroyForcibly().onExit().join();
        }
    }

    @Test
    void shouldSumUpAndExitWithZeroOnceItIsToldToStop() throws Exception {
        Process workload = HotSet.start(1).process();
        Path out = directory.resolve("out");
        Path explained = directory.resolve("explained.json");
        try {
            Process balance = balance(workload, "--policy", "autotune", "--explain=" + explained)
                    .redirectOutput(out.toFile()).redirectErrorStream(true).start();
            while (!Files.exists(explained) || Files.readAllLines(explained).size() < 2) {
                assertTrue(balance.isAlive(), Files.readString(out));
                Thread.onSpinWait();
            }
            balance.destroy(); // SIGTERM
            assertEquals(0, balance.waitFor(), Files.readString(out));
            assertTrue(Files.readString(out).contains("rounds "), Files.readString(out));
        } finally {
            workload.destroyForcibly().onExit().join();
        }
    }

    @Test
    void shouldEndWithTheProcess() throws Exception {
        Process workload = HotSet.start(1).process();
        Path explained = directory.resolve("explained.json");
        Process balance = balance(workload, "--explain=" + explained).redirectErrorStream(true).start();
        while (!Files.exists(explained) || Files.size(explained) == 0) {
            assertTrue(balance.isAlive(), "ended early");
            Thread.onSpinWait();
        }
        workload.destroyForcibly();
        String said = new String(balance.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, balance.waitFor(), said);
        assertTrue(said.contains("membalancer: process " + workload.pid() + " ended"), said);
    }

    @Test
    void shouldGiveThreadsBackAtTheNextStartWhatAKilledRunTook() throws Exception {
        Process workload = HotSet.start(1).process();
        try {
            Set<String> before = affinities(workload);
            String cpu = before.iterator().next().replaceFirst("[-,].*", "");
            assumeTrue(!before.equals(Set.of(cpu)), "one CPU: nothing to pin to");
            Process killed = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp",
                    System.getProperty("java.class.path"), PinMain.class.getName(), Long.toString(workload.pid()), cpu)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            assertEquals("pinned", Tools.firstLine(killed));
            killed.destroyForcibly().onExit().join(); // SIGKILL
            assertEquals(Set.of(cpu), affinities(workload), "as the killed one left them");
            CommandRun run = CommandRun.of(balance(workload, "100ms"));
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.err().contains("an earlier run was killed before it gave "), run.err());
            assertEquals(before, affinities(workload));
        } finally {
            workload.destroyForcibly().onExit().join();
        }
    }

    private static Set<String> affinities(Process process) throws IOException {
        Set<String> affinities = new TreeSet<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks.toList()) {
                Files.readAllLines(task.resolve("status")).stream().filter(l -> l.startsWith("Cpus_allowed_list:"))
                        .map(l -> l.substring("Cpus_allowed_list:".length()).strip()).forEach(affinities::add);
            }
        }
        return affinities;
    }

    private ProcessBuilder balance(Process workload, String... more) {
        List<String> arguments = new ArrayList<>(List.of("balance", "-p", Long.toString(workload.pid()), "--dry-run",
                "--source", "soft"));
        arguments.addAll(List.of(more));
        ProcessBuilder builder = Tools.membalancer(arguments.toArray(String[]::new));
        builder.environment().put("TMPDIR", directory.toString());
        return builder;
    }
}
