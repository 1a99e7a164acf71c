// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.NativeLibrary;

/** {@code membalancer status} with the real helper. */
@Timeout(300)
class StatusIT {
    @TempDir
    private Path directory;
    private Path socket;

    @BeforeEach
    void needRootAndTheHelper() throws IOException {
        Tools.needRootAndTheHelper();
        socket = directory.resolve("socket");
    }

    /**
     * A sample is counted as seen first and in its one outcome then, and counters only grow. So, whatever is under way
     * while they are read one after another: no status has more outcomes than a later one has seen, nor has it seen more
     * than a later one has outcomes and CPUs have samples under way.
     */
    @Test
    void shouldAccountForEverySampleUnderLoad() throws Exception {
        NativeLibrary.load();
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft"); Tools.HotSet workload = Tools.HotSet.start();
                HelperConnection connection = HelperConnection.connect(socket);
                GroupTables tables = connection.open((int) workload.process().pid())) {
            SamplingStatus before = Doors.status(connection);
            for (int round = 0; round < 200 || before.recorded() == 0; round++) {
                SamplingStatus after = Doors.status(connection);
                String both = before + "\n" + after;
                assertTrue(outcomes(before) <= after.seen(), both);
                assertTrue(before.seen() <= outcomes(after) + 2L * after.cpuCount(), both); // a tick may yield two
                before = after;
            }
            assertTrue(helper.process().isAlive() && tables.groupId() > 0);
        }
    }

    @Test
    void shouldPrintABlockAnIntervalUntilItIsInterrupted() throws Exception {
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft")) {
            Process watch = Tools.membalancer("status", "--watch", "100ms", "--socket", socket.toString())
                    .redirectErrorStream(true).start();
            BufferedReader out = reader(watch);
            int blocks = 0;
            String line = out.readLine();
            assertTrue(line.contains(", pid " + helper.process().pid() + ", up "), line);
            while (blocks < 3) {
                line = out.readLine();
                assertTrue(line != null, "ended after blocks=" + blocks);
                blocks += line.isEmpty() ? 1 : 0;
            }
            Tools.signal("INT", watch);
            out.lines().forEach(rest -> assertTrue(!rest.contains("\033"), rest));
            assertEquals(0, watch.waitFor());
        }
    }

    @Test
    void shouldDrawOneBlockOverTheOtherOnATerminal() throws Exception {
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft");
                Terminal terminal = Terminal.membalancer("status", "--watch", "100ms", "--socket", socket.toString())) {
            assertEquals("", terminal.nextScreen());
            for (int i = 0; i < 3; i++) {
                String screen = terminal.nextScreen();
                assertTrue(screen.startsWith("helper ") && screen.contains(", pid " + helper.process().pid() + ", up "),
                        screen);
                assertTrue(screen.contains("\nsamples seen ") && screen.endsWith("\n"), screen);
                assertEquals(1, screen.split("\nsamples seen ", -1).length - 1, screen);
            }
            assertEquals(0, terminal.interrupt());
            assertTrue(terminal.screen().startsWith("helper "), terminal.screen());
        }
    }

    @Test
    void shouldPrintALineOfJsonAnInterval() throws Exception {
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft")) {
            Process watch = Tools.membalancer("status", "--json", "--watch=100ms", "--socket", socket.toString())
                    .redirectErrorStream(true).start();
            BufferedReader out = reader(watch);
            for (int i = 0; i < 3; i++) {
                String line = out.readLine();
                assertTrue(line.startsWith("{\"version\":") && line.endsWith("}}"), line);
            }
            helper.close();
            List<String> rest = out.lines().toList();
            String last = rest.get(rest.size() - 1);
            assertTrue(last.startsWith("membalancer: the helper at " + socket + " closed the connection"), last);
            assertEquals(1, watch.waitFor());
        }
    }

    private static long outcomes(SamplingStatus status) {
        long outcomes = status.recorded();
        for (Map.Entry<String, Long> drop : status.drops().entrySet()) {
            outcomes += drop.getValue();
        }
        return outcomes;
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
