// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands beside a helper of another version, which a fake one plays. */
@Timeout(120)
class OtherHelperIT {
    private static final Path FAKE = Path.of(System.getProperty("native.dir"), "test", "jni", "fake_helper");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"status", "report -p 1 --interval 1s", "balance -p 1 1s", "record -o trace -p 1"})
    void shouldFailWithOneLineBesideAHelperOfAnotherVersion(String line) throws Exception {
        assumeTrue(Files.isExecutable(FAKE), FAKE + " is not built");
        Path socket = directory.resolve("helper.sock");
        Process fake = new ProcessBuilder(FAKE.toString(), socket.toString(), "hello=other-abi").start();
        try {
            assertEquals("ready", Tools.firstLine(fake));
            CommandRun run = Tools.run((line.replace("trace", directory.resolve("trace").toString()) + " --socket " + socket).split(" "));
            assertEquals(1, run.exitCode(), run.err());
            assertTrue(run.err().matches("membalancer: .*helper speaks ABI 99, this library \\d+.*\n"), run.err());
            assertEquals("", run.out());
        } finally {
            fake.destroy();
        }
    }
}
