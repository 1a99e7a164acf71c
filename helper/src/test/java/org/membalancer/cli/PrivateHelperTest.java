// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell script stands in for the helper. */
class PrivateHelperTest {
    @TempDir
    private Path directory;

    @Test
    void shouldEndItsHelperAndLeaveNothing() throws Exception {
        Path arguments = directory.resolve("arguments");
        Path binary = script("echo $$ \"$@\" >" + arguments, "touch \"$3\"", "echo ready", "exec sleep 1000");
        ProcessHandle process;
        Path folder;
        try (PrivateHelper helper = PrivateHelper.start(binary, List.of("--rate", "7"), new StopSignal())) {
            folder = helper.socket().getParent();
            String[] words = Files.readString(arguments).strip().split(" ");
            assertEquals(List.of("--foreground", "--socket", helper.socket().toString(), "--rate", "7"),
                    List.of(words).subList(1, words.length));
            process = ProcessHandle.of(Long.parseLong(words[0])).orElseThrow();
            assertTrue(process.isAlive());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        }
        assertFalse(process.isAlive(), "the helper runs on");
        assertFalse(Files.exists(folder), folder + " is left");
    }

    @Test
    void shouldHideItsSocket() throws Exception {
        Path binary = script("touch \"$3\"", "echo ready", "exec sleep 1000");
        try (PrivateHelper helper = PrivateHelper.start(binary, List.of(), new StopSignal())) {
            assertTrue(Files.exists(helper.socket()));
            helper.hide();
            assertFalse(Files.exists(helper.socket().getParent()));
            helper.close(); // and once more at the end
        }
    }

    @Test
    void shouldTellWhyTheHelperDidNotStart() throws Exception {
        Path binary = script("echo membalancer-helper: looking around >&2",
                "echo membalancer-helper: no BTF in this kernel >&2", "exit 1");
        assertEquals("the helper did not start: no BTF in this kernel", assertThrows(FailureException.class,
                () -> PrivateHelper.start(binary, List.of(), new StopSignal())).getMessage());
    }

    @Test
    void shouldTellThatTheHelperDoesNotUnderstand() throws Exception {
        Path binary = script("echo membalancer-helper: --rate must be 1..20000: --rate=0 >&2", "exit 2");
        assertEquals("--rate must be 1..20000: --rate=0", assertThrows(UsageException.class,
                () -> PrivateHelper.start(binary, List.of("--rate", "0"), new StopSignal())).getMessage());
    }

    @Test
    void shouldTellThatTheHelperSaidNothing() throws Exception {
        Path binary = script("exit 1");
        assertEquals("the helper did not start: it said nothing", assertThrows(FailureException.class,
                () -> PrivateHelper.start(binary, List.of(), new StopSignal())).getMessage());
    }

    private Path script(String... lines) throws IOException {
        Path file = directory.resolve("membalancer-helper");
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
