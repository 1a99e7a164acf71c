// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_234_567), ZoneOffset.UTC);

    @Test
    void shouldSayOnlyProblemsWhenQuiet() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AgentLog log = AgentLog.to(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);
        log.change("moved");
        log.problem("gone");
        assertEquals("membalancer: gone" + System.lineSeparator(), bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldAppendToAFileWithTimes(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("agent.log");
        Files.writeString(file, "earlier\n");
        AgentLog.toFile(file, false, CLOCK).change("moved");
        assertEquals(List.of("earlier", "1970-01-01T00:20:34.567Z membalancer: moved"), Files.readAllLines(file));
    }

    @Test
    void shouldRefuseAFileThatCannotBeWritten(@TempDir Path directory) {
        assertThrows(IOException.class, () -> AgentLog.toFile(directory.resolve("none/agent.log"), false, CLOCK));
    }

    @Test
    void shouldGoOnOnStderrWhenTheFileIsFull() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            AgentLog log = AgentLog.toFile(Path.of("/dev/full"), false, CLOCK);
            log.change("first");
            log.change("second");
        } finally {
            System.setErr(before);
        }
        assertEquals(List.of("membalancer: the log file cannot be written any more; going on here",
                "membalancer: first", "membalancer: second"), bytes.toString(StandardCharsets.UTF_8).lines().toList());
    }
}
