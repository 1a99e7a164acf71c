// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyCommandTest {
    @TempDir
    private Path sysfs;

    @Test
    void shouldPrintNodesAndDistances() throws IOException {
        writeThreeNodes();
        assertEquals(new Captured(0, """
                node 0: CPUs 0-2,7, 7.0 GiB, 1.0 MiB free, distances 10 21 31
                node 2: CPUs 3, 512.0 KiB, 511.0 KiB free, distances 21 10 41
                node 5: no CPU, 3.0 GiB, 2.5 GiB free, distances 31 41 10
                """, ""), topology());
    }

    @Test
    void shouldWriteJson() throws IOException {
        write("online", "0");
        writeNode(0, "0-1", 1 << 20, 1 << 19, "10");
        assertEquals(new Captured(0, """
                {
                  "canBalance" : false,
                  "nodes" : [ {
                    "id" : 0,
                    "cpus" : "0-1",
                    "totalBytes" : 1073741824,
                    "freeBytes" : 536870912,
                    "distances" : {
                      "0" : 10
                    }
                  } ]
                }
                """, ""), topology("--json"));
    }

    @Test
    void shouldSayThatOneNodeCannotBeBalanced() throws IOException {
        write("online", "0-1");
        writeNode(0, "0-1", 1 << 20, 1 << 19, "10 20");
        writeNode(1, "2", 0, 0, "20 10");
        assertEquals(new Captured(0, """
                node 0: CPUs 0-1, 1.0 GiB, 512.0 MiB free, distances 10 20
                node 1: CPUs 2, no memory, distances 20 10
                one node with memory: there is nothing to balance
                """, ""), topology());
    }

    @Test
    void shouldFailWithOneLineWithoutNodes() throws IOException {
        assertEquals(new Captured(1, "", "membalancer: no such file: " + sysfs + "/devices/system/node/online\n"),
                topology());
        write("online", "0-x");
        assertEquals(1, topology("--json").exitCode());
    }

    private Captured topology(String... more) {
        String[] args = new String[3 + more.length];
        args[0] = "topology";
        args[1] = "--sysfs";
        args[2] = sysfs.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return Captured.run(args);
    }

    private void writeThreeNodes() throws IOException {
        write("online", "0,2,5");
        writeNode(0, "0-2,7", 7 << 20, 1 << 10, "10 21 31");
        writeNode(2, "3", 512, 511, "21 10 41");
        writeNode(5, "", 3 << 20, 5 << 19, "31 41 10");
    }

    private void writeNode(int nodeId, String cpus, int totalKib, int freeKib, String distances) throws IOException {
        write("node" + nodeId + "/cpulist", cpus);
        write("node" + nodeId + "/distance", distances);
        write("node" + nodeId + "/meminfo", String.format("Node %d MemTotal:  %8d kB\nNode %d MemFree:   %8d kB",
                nodeId, totalKib, nodeId, freeKib));
    }

    private void write(String name, String line) throws IOException {
        Path file = sysfs.resolve("devices/system/node").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, line + "\n");
    }
}
