// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application must run as ever, whatever is missing or wrong. */
final class NoHelperIT {
    @TempDir
    private Path directory;

    private String socketOption() {
        return "socket=" + directory.resolve("none.sock");
    }

    private static List<String> ours(List<String> lines) {
        return lines.stream().filter(l -> l.startsWith("membalancer: ")).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldLeaveTheApplicationAloneWithoutAHelper(int version) throws Exception {
        Path report = directory.resolve("heat.json");
        try (AppJvm app = new AppJvm.Launch(Jdk.require(version)).option("-Xcheck:jni")
                .agent(socketOption() + ",mode=balance,report=" + report).start()) {
            app.err().await("membalancer: no helper at .*none.sock");
            List<String> lines = app.exit(7);
            assertEquals(1, lines.stream().filter(l -> l.contains("no helper at")).count(), lines.toString());
            assertTrue(lines.get(lines.size() - 1).startsWith("membalancer: report written to "), lines.toString());
            assertFalse(lines.stream().anyMatch(l -> l.contains("WARNING in native method")
                    || l.contains("FATAL ERROR")), "-Xcheck:jni: " + lines);
            assertTrue(Files.readString(report).contains("no helper was found"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bogus=1", "mode=fast", "interval=0ms", "rate-limit=x", "config=/none/such", "top=1,top=2",
        "log=/none/such/agent.log"})
    void shouldNameABadOptionInOneLineAndRunWithoutTheAgent(String options) throws Exception {
        try (AppJvm app = new AppJvm.Launch(Jdk.require(17)).agent(options).start()) {
            List<String> lines = app.exit(3);
            assertEquals(1, lines.size(), lines.toString());
            assertTrue(lines.get(0).startsWith("membalancer: not started: option '")
                    || lines.get(0).startsWith("membalancer: not started: unknown option 'bogus'"), lines.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldStartInAnImageWithoutManagement(int version) throws Exception {
        try (AppJvm app = new AppJvm.Launch(Jdk.require(version)).agent(socketOption())
                .option("--limit-modules", "java.base,java.instrument", "-XX:+UseSerialGC").start()) {
            app.err().await(
                    "membalancer: started .*mode report, .*Serial heap 0x[0-9a-f]+-0x[0-9a-f]+ \\(256\\.0 MiB\\)");
            app.err().await("membalancer: no helper at");
            app.exit(5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldSayInOneLineThatTheNativeLibraryCannotBeLoaded(int version) throws Exception {
        Path library = Files.writeString(directory.resolve("broken.so"), "no library");
        try (AppJvm app = new AppJvm.Launch(Jdk.require(version)).agent("")
                .option("-Dmembalancer.jni=" + library).start()) {
            app.err().await("membalancer: not started: ");
            List<String> lines = ours(app.exit(7));
            assertEquals(1, lines.size(), lines.toString());
            assertTrue(lines.get(0).contains(library.toString()), lines.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17})
    void shouldSayThatAHeapThatIsNeverCollectedIsNotMoved(int version) throws Exception {
        try (AppJvm app = new AppJvm.Launch(Jdk.require(version))
                .option("-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC", "-Xlog:disable")
                .agent(socketOption() + ",mode=balance").start()) {
            app.err().await("membalancer: all anonymous memory is reported, nothing is moved: moving a heap of Epsilon is "
                    + "not supported; mode report instead");
            app.exit(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17})
    void shouldTakeOptionsFromTheEnvironmentAndAFileAndLogToAFile(int version) throws Exception {
        Path log = directory.resolve("agent.log");
        Path config = Files.writeString(directory.resolve("agent.conf"), "mode=balance\ninterval=3s\n");
        try (AppJvm app = new AppJvm.Launch(Jdk.require(version)).agent("log=" + log)
                .start(socketOption() + ",config=" + config + ",interval=2s")) {
            assertEquals(List.of(), ours(app.exit(0)));
        }
        String first = Files.readAllLines(log).get(0);
        assertTrue(first.matches("\\d{4}-\\S+Z membalancer: started .*mode balance, every 2000 ms; .*"), first);
    }

    @ParameterizedTest
    @ValueSource(ints = {17})
    void shouldSayNothingWhenQuietAndAllIsWell(int version) throws IOException, InterruptedException {
        try (AppJvm app = new AppJvm.Launch(Jdk.require(version)).agent(socketOption() + ",quiet").start()) {
            app.err().await("no helper at");
            assertEquals(1, ours(app.exit(0)).size());
        }
    }
}
