// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldPrintARowPerPolicy() {
        assertEquals(new Captured(0, """
                uniform: threads away use all pages alike
                policy            latency  bytes moved of all pages
                none                1.655        0.000        0.0 %
                oracle              1.000        1.000      100.0 %
                """, ""), Captured.run("simulate", "uniform", "--policy", "none,oracle"));
    }

    @Test
    void shouldPrintTablesOfAllScenarios() {
        Captured all = Captured.run("simulate", "all", "--policy", "none");
        assertEquals(0, all.exitCode(), all.err());
        assertTrue(all.out().contains("unfixable           1.000\n"), all.out());
        assertTrue(all.out().endsWith("unfixable              -\n"), all.out());
    }

    @Test
    void shouldUseTheMachineOfAFile() throws IOException {
        Path file = directory.resolve("machine.json");
        Files.writeString(file, """
                {"canBalance": true, "nodes": [
                  {"id": 0, "cpus": "0-3", "totalBytes": 1073741824, "freeBytes": 1, "distances": {"0": 10, "3": 20}},
                  {"id": 3, "cpus": "4-7", "totalBytes": 1073741824, "freeBytes": 1, "distances": {"0": 20, "3": 10}}
                ]}
                """);
        String out = Captured.run("simulate", "uniform", "--policy", "none", "--topology", file.toString()).out();
        assertTrue(out.contains("none                1.595        0.000"), out);
        assertEquals("membalancer: scenario saturated: this scenario needs a node with memory and without CPUs\n",
                Captured.run("simulate", "saturated", "--topology", file.toString()).err());
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws IOException {
        Path file = directory.resolve("machine.json");
        Files.writeString(file, "{\"nodes\": [{\"id\": 0, \"distances\": {\"1\": 10}}]}");
        assertEquals(new Captured(1, "", "membalancer: " + file + ": no distance from node 0 to node 0\n"),
                Captured.run("simulate", "uniform", "--topology", file.toString()));
        Files.writeString(file, "{\"nodes\": [{\"id\": \"x\"}]}");
        assertEquals(1, Captured.run("simulate", "uniform", "--topology", file.toString()).exitCode());
        assertEquals(1, Captured.run("simulate", "uniform", "--topology", file + ".absent").exitCode());
    }

    @Test
    void shouldWriteJson() {
        Captured json = Captured.run("simulate", "unfixable", "--policy", "oracle", "--seed", "7", "--json");
        assertTrue(json.out().startsWith("{\n  \"seed\" : 7,\n"), json.out());
        assertTrue(json.out().contains("\"latencyRatio\" : 1.0,"), json.out());
    }

    @Test
    void shouldRefuseUnknownNames() {
        assertEquals(2, Captured.run("simulate").exitCode());
        assertTrue(Captured.run("simulate", "hot").err().contains("no file and no scenario: 'hot': not one of uniform, "));
        assertTrue(Captured.run("simulate", "zipf", "--policy", "nun").err().contains("unknown policy 'nun': not one"));
        assertTrue(Captured.run("simulate", "zipf", "more").err().contains("unexpected argument more"));
    }

    @Test
    void shouldListScenarios() {
        assertTrue(Captured.run("simulate", "list").out().contains("\nhot-set            threads away use a tenth"));
    }
}
