// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent with the jni room's helper that lies. */
final class FakeHelperIT {
    private static final Path FAKE =
            Path.of(System.getProperty("native.dir"), "test", "jni", "fake_helper").toAbsolutePath();

    @TempDir
    private Path directory;

    @BeforeEach
    void requireFake() {
        Skip.unless(Files.isExecutable(FAKE), FAKE + " is not built");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "17 | hello=other-abi | helper speaks ABI 99, this library \\d+",
        "25 | hello=other-abi | helper speaks ABI 99, this library \\d+",
        "17 | open=not-permitted | not permitted by the helper at .*helper.sock",
        "17 | open=garbage | makes no sense: the tables of this process",
        "17 | status=silent | did not answer in time",
    })
    void shouldSayWhatIsWrongWithTheHelperAndGoOn(int version, String lie, String said) throws Exception {
        Path socket = directory.resolve("helper.sock");
        try (Forked fake = new Forked("fake helper", new ProcessBuilder(FAKE.toString(), socket.toString(), lie))) {
            fake.out().await("^ready$");
            try (AppJvm app = new AppJvm.Launch(Jdk.require(version)).agent("mode=balance,socket=" + socket).start()) {
                app.err().await("membalancer: .*" + said + ".*; the application goes on, trying again$");
                List<String> lines = app.exit(7);
                assertEquals(1, lines.stream().filter(l -> l.matches(".*" + said + ".*")).count(), lines.toString());
                assertTrue(lines.stream().noneMatch(l -> l.contains("helper found")), lines.toString());
            }
        }
    }
}
