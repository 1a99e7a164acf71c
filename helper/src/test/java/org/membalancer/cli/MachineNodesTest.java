// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineNodesTest {
    private final List<String> said = new ArrayList<>();
    @TempDir
    private Path sysfs;

    @Test
    void shouldStayWhatTheyWereWhileTheyCannotBeRead() throws IOException {
        writeMeminfo("MemFree: 700 kB");
        MachineNodes nodes = MachineNodes.open(sysfs, said::add);
        assertEquals(700 << 10, nodes.look().node(0).freeBytes());
        writeMeminfo("MemFree: many kB");
        assertEquals(700 << 10, nodes.look().node(0).freeBytes());
        nodes.look();
        assertEquals(1, said.size(), said.toString());
        assertEquals("the machine's nodes cannot be read, going on with what they were: java.io.IOException: "
                + sysfs.resolve("devices/system/node/node0/meminfo") + ": not a number: 'many'", said.get(0));
        writeMeminfo("MemFree: 500 kB");
        assertEquals(500 << 10, nodes.look().node(0).freeBytes());
        assertEquals(500 << 10, nodes.last().node(0).freeBytes());
    }

    @Test
    void shouldNotBeginWithoutThem() {
        assertThrows(IOException.class, () -> MachineNodes.open(sysfs, said::add));
    }

    private void writeMeminfo(String free) throws IOException {
        Path node = Files.createDirectories(sysfs.resolve("devices/system/node/node0"));
        Files.writeString(sysfs.resolve("devices/system/node/online"), "0\n");
        Files.writeString(node.resolve("cpulist"), "0\n");
        Files.writeString(node.resolve("distance"), "10\n");
        Files.writeString(node.resolve("meminfo"), "Node 0 MemTotal: 1000 kB\nNode 0 " + free + "\n");
    }
}
