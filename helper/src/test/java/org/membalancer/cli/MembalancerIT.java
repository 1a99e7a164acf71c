// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the packaged jar, without a helper. */
@Timeout(300)
class MembalancerIT {
    private static final Path TOP = Path.of(System.getProperty("top.dir"));

    @TempDir
    private Path directory;

    @Test
    void shouldRunInTheSourceTree() throws Exception {
        CommandRun run = membalancer("topology");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("node 0: CPUs "), run.out());
        assertEquals("", run.err(), "no warnings of this JVM");
    }

    @Test
    void shouldKeepTheJvmsOwnWarningsOutOfAReport() throws Exception {
        CommandRun run = CommandRun.of(List.of("env", "JAVA_TOOL_OPTIONS=-Xlog:gc*=debug -XX:+PrintFlagsFinal",
                TOP.resolve("bin/membalancer").toString(), "topology", "--json"));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("{"), run.out());
        assertTrue(run.err().contains("ParallelGCThreads"), "all of them, elsewhere");
    }

    @Test
    void shouldRunInstalledAndThroughALink() throws Exception {
        Path launcher = installLauncher();
        Path jar = directory.resolve("lib/membalancer/membalancer.jar");
        Files.createDirectories(jar.getParent());
        Files.copy(TOP.resolve("helper/target/membalancer.jar"), jar);
        Path link = Files.createSymbolicLink(directory.resolve("a link"), launcher);
        CommandRun run = CommandRun.of(List.of(link.toString(), "--version"));
        assertEquals(new CommandRun(0, membalancer("--version").out(), ""), run);
    }

    @Test
    void shouldSayThatTheJarIsMissing() throws Exception {
        Path launcher = installLauncher();
        assertEquals(new CommandRun(1, "", "membalancer: no membalancer.jar in " + directory
                + "/lib/membalancer or " + directory + "/helper/target (run make first)\n"),
                CommandRun.of(List.of(launcher.toString(), "--version")));
    }

    @Test
    void shouldSayThatThereIsNoJava() throws Exception {
        assertEquals(new CommandRun(1, "", "membalancer: no /nowhere/bin/java: install a JDK or JRE 17 or later, or set"
                + " JAVA_HOME\n"), CommandRun.of(List.of("env", "JAVA_HOME=/nowhere",
                        TOP.resolve("bin/membalancer").toString(), "--version")));
    }

    @Test
    void shouldPassExitCodesAndErrorsOn() throws Exception {
        assertEquals(new CommandRun(2, "", "membalancer: unknown command balanse (see membalancer --help)\n"),
                membalancer("balanse"));
        Path socket = directory.resolve("nobody");
        assertEquals(new CommandRun(1, "", "membalancer: no helper at " + socket + " (start membalancer-helper)\n"),
                membalancer("status", "--socket", socket.toString()));
    }

    @Test
    void shouldStartNoHelperWhereASocketIsNamed() throws Exception {
        Path socket = directory.resolve("nobody");
        assertEquals(new CommandRun(1, "", "membalancer: no helper at " + socket + " (start membalancer-helper)\n"),
                membalancer("report", "-p", "1", "--socket", socket.toString()));
    }

    @Test
    void shouldSayInOneLineThatNoHelperCanBeStarted() throws Exception {
        CommandRun run = CommandRun.of(List.of("env", "MEMBALANCER_HELPER=/nowhere/helper",
                TOP.resolve("bin/membalancer").toString(), "report", "-p", "1", "--source", "soft"));
        assertEquals(new CommandRun(1, "",
                "membalancer: MEMBALANCER_HELPER names no program: /nowhere/helper\n"), run);
    }

    private Path installLauncher() throws IOException {
        Path launcher = directory.resolve("bin/membalancer");
        Files.createDirectories(launcher.getParent());
        return Files.copy(TOP.resolve("bin/membalancer"), launcher, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static CommandRun membalancer(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(TOP.resolve("bin/membalancer").toString()));
        command.addAll(List.of(args));
        return CommandRun.of(command);
    }
}
