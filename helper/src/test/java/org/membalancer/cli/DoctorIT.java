// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code membalancer doctor} on this machine. */
@Timeout(300)
class DoctorIT {
    @TempDir
    private Path directory;

    @Test
    void shouldDiagnoseThisMachine() throws Exception {
        CommandRun run = Tools.run("doctor");
        assertTrue(run.out().contains(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip()), run.out());
        boolean hasSeveralNodes = Files.isDirectory(Path.of("/sys/devices/system/node/node1"));
        if (!hasSeveralNodes) {
            assertEquals(1, run.exitCode(), run.out());
            assertTrue(run.err().matches("membalancer: nothing can be balanced here because of: .*nodes.*\n"), run.err());
        }
        assertTrue(run.out().lines().allMatch(line -> line.matches("(ok|limited|not permitted|not supported here) .*")
                || line.matches(" +-> .*")), run.out());
    }

    @Test
    void shouldFindTheHelperAndJvms() throws Exception {
        Tools.needRootAndTheHelper();
        Path socket = directory.resolve("socket");
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft")) {
            CommandRun run = Tools.run("doctor", "--socket", socket.toString());
            assertTrue(run.out().matches("(?s).*\nok +helper +version \\S+ at " + socket + ", source soft\n.*"), run.out());
            assertTrue(helper.process().isAlive());
            String own = "JVM " + ProcessHandle.current().pid() + " ";
            assertTrue(run.out().contains(own), run.out());
        }
    }

    @Test
    void shouldTellTheUnprivilegedWhatTheyMayNot() throws Exception {
        List<String> asNobody = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                Tools.TOP.resolve("bin/membalancer").toString()));
        asNobody.add("doctor");
        CommandRun run = CommandRun.of(asNobody);
        assumeTrue(run.exitCode() != 127 && !run.out().isEmpty(), "another user cannot run it: " + run.err());
        assertEquals(1, run.exitCode(), run.err());
        assertTrue(run.out().contains("\nnot permitted       capabilities for a helper "), run.out());
        assertTrue(run.out().contains("\nnot permitted       JVMs of others "), run.out());
        assertTrue(run.err().matches("membalancer: nothing can be balanced here because of: .*helper\n"), run.err());
    }

    @Test
    void shouldWriteJson() throws Exception {
        CommandRun run = Tools.run("doctor", "--json", "--root", directory.toString());
        assertEquals(1, run.exitCode(), run.out());
        assertTrue(countOf(run.out(), "verdict") > 20, run.out());
        assertTrue(run.out().startsWith("{\n  \"canBalance\" : false,"), run.out());
    }

    private static int countOf(String text, String field) throws IOException {
        int count = 0;
        try (JsonParser json = new JsonFactory().createParser(text)) {
            while (json.nextToken() != null) {
                count += json.currentToken() == JsonToken.FIELD_NAME && json.currentName().equals(field) ? 1 : 0;
            }
        }
        return count;
    }
}
