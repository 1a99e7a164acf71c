// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.jni.GroupStatus;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.NativeLibrary;

/** The agent with the real helper on a private socket. */
final class HelperIT {
    private static final Pattern SAMPLES = Pattern.compile("(\\d+) samples seen = (\\d+) recorded(.*)$");
    private static final Pattern TERM = Pattern.compile("\\+ (-?\\d+) ");

    /** Enough for the helper to see some accesses. */
    private static final int TOUCHES_MILLIONS = 50;

    @TempDir
    private Path directory;
    private Path socket;

    @BeforeEach
    void requireHelper() throws IOException {
        HelperProcess.require();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        socket = directory.resolve("helper.sock");
    }

    private AppJvm.Launch balancing(int version, Path report) {
        return new AppJvm.Launch(Jdk.require(version)).option("-XX:+UseParallelGC")
                .agent("mode=balance,interval=200ms,socket=" + socket + ",report=" + report);
    }

    private static void assertSamplesAddUp(List<String> lines) {
        Matcher samples = SAMPLES.matcher(String.join("\n", lines.stream().filter(l -> l.contains("seen =")).toList()));
        assertTrue(samples.find(), lines.toString());
        long outcomes = Long.parseLong(samples.group(2));
        assertTrue(outcomes > 0, "nothing was recorded: " + lines);
        for (Matcher term = TERM.matcher(samples.group(3)); term.find();) {
            outcomes += Long.parseLong(term.group(1));
        }
        assertEquals(Long.parseLong(samples.group(1)), outcomes, lines.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldSampleTheApplicationAndSumUpAtItsExit(int version) throws Exception {
        Path report = directory.resolve("heat.json");
        try (HelperProcess helper = HelperProcess.start(socket);
                AppJvm app = balancing(version, report).option("-Xcheck:jni").start()) {
            app.err().await("membalancer: helper found: source \\w+, .* on \\d+ CPUs");
            app.awaitTouches(TOUCHES_MILLIONS);
            List<String> lines = app.exit(7);
            assertSamplesAddUp(lines);
            assertTrue(lines.stream().anyMatch(l -> l.matches(".*% of accesses .*Parallel heap.*")),
                    lines.toString());
            assertTrue(lines.stream().noneMatch(l -> l.contains("WARNING in native method")), lines.toString());
            assertTrue(Files.readString(report).contains("\"blocks\""), report.toString());
            helper.kill();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldSurviveTheHelpersDeathAndFindItsSuccessor(int version) throws Exception {
        try (HelperProcess first = HelperProcess.start(socket);
                AppJvm app = balancing(version, directory.resolve("heat.json")).start()) {
            app.err().await("membalancer: helper found");
            first.kill();
            app.err().await("membalancer: the helper is gone");
            try (HelperProcess second = HelperProcess.start(socket)) {
                app.err().await("membalancer: helper found: .* pid " + second.pid(), 1);
                app.awaitTouches(TOUCHES_MILLIONS);
                List<String> lines = app.exit(7);
                assertEquals(1, lines.stream().filter(l -> l.contains("the helper is gone")).count(), lines.toString());
                assertEquals(2, lines.stream().filter(l -> l.contains("helper found")).count(), lines.toString());
                assertSamplesAddUp(lines);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldWorkForAnUnprivilegedUser(int version) throws Exception {
        Path report = directory.resolve("heat.json");
        try (HelperProcess helper = HelperProcess.start(socket);
                AppJvm app = balancing(version, report)
                        .under("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                                "--bounding-set=-all", "--no-new-privs")
                        .start()) {
            app.err().await("membalancer: helper found");
            app.awaitTouches(TOUCHES_MILLIONS);
            List<String> lines = app.exit(7);
            assertSamplesAddUp(lines);
            assertEquals("nobody", Files.getOwner(report).getName());
            helper.kill();
        }
    }

    @Test
    void shouldAskForWhatTheApplicationDoesItself() throws Exception {
        NativeLibrary.load();
        try (HelperProcess helper = HelperProcess.start(socket);
                AppJvm app = new AppJvm.Launch(Jdk.require(17)).agent("user-only,socket=" + socket).start()) {
            app.err().await("membalancer: helper found");
            try (HelperConnection connection = HelperConnection.connect(socket)) {
                assertEquals(List.of(true), connection.groups().stream().map(GroupStatus::isUserOnly).toList());
            }
            app.awaitTouches(TOUCHES_MILLIONS);
            assertSamplesAddUp(app.exit(7));
            helper.kill();
        }
    }

    /** On one node all pages are there already: what shows is that each is found, asked for and accounted for. */
    @Test
    void shouldMoveTheHeapOfAnUnprivilegedJvmInWhicheverViewItsPagesAre() throws Exception {
        try (HelperProcess helper = HelperProcess.start(socket);
                AppJvm app = new AppJvm.Launch(Jdk.require(17)).classPath(AppJvm.AGENT_JAR, AppJvm.testClasses())
                        .option("-XX:+UseZGC", "-Xms64m", "-Xmx64m", "-Xlog:disable")
                        .main(ViewsProbe.class, socket.toString())
                        .under("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                                "--bounding-set=-all", "--no-new-privs")
                        .start()) {
            assertEquals(0, app.awaitExit());
            List<String> lines = app.out().awaitEnd();
            List<Integer> counts = lines.stream().map(line -> Integer.parseInt(
                    line.replaceAll("^[^:]*: (\\d+).*", "$1"))).toList();
            assertEquals(4, counts.size(), lines.toString());
            assertTrue(counts.get(0) >= 29 << 8, "pages of the objects: " + lines);
            // The collector touches new pages at any time, and gives none back so early.
            assertTrue(counts.get(1) >= counts.get(0) && counts.get(2) >= counts.get(1), lines.toString());
            assertTrue(counts.get(2) <= 64 << 8, "no more than the heap has: " + lines);
            assertTrue(counts.get(3) > 0, lines.toString());
            helper.kill();
        }
    }
}
