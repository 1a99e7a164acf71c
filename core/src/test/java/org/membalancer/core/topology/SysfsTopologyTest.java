// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysfsTopologyTest {
    @TempDir
    private Path sysfs;

    @Test
    void shouldReadNodesWithGapsMemoryOnlyNodesAndNodesWithoutMemory() throws IOException {
        online("0,2,5");
        node(0, "0-3,8-11", 16_384, 1024, "10 21 31");
        node(2, "4-7", 0, 0, "21 10 31");
        node(5, "", 8192, 8000, "31 31 10");
        Topology topology = SysfsTopology.read(sysfs);
        assertEquals(3, topology.nodes().size());
        assertEquals(6, topology.nodeIdLimit());
        assertEquals("0-3,8-11", CpuList.format(topology.node(0).cpus()));
        assertEquals(16_384L * 1024, topology.node(0).totalBytes());
        assertEquals(1024L * 1024, topology.node(0).freeBytes());
        assertFalse(topology.node(2).hasMemory());
        assertFalse(topology.node(5).hasCpus());
        assertEquals(31, topology.distance(0, 5));
        assertEquals(21, topology.distance(2, 0));
        assertFalse(topology.hasNode(1));
        assertTrue(topology.canBalance());
        assertThrows(IllegalArgumentException.class, () -> topology.distance(0, 1));
    }

    @Test
    void shouldKnowThatOneNodeCannotBeBalanced() throws IOException {
        online("0");
        node(0, "0", 4096, 100, "10");
        assertFalse(SysfsTopology.read(sysfs).canBalance());
    }

    @Test
    void shouldNameAFileThatIsMissingOrStrange() throws IOException {
        assertThrows(NoSuchFileException.class, () -> SysfsTopology.read(sysfs));
        online("0-1");
        node(0, "0", 4096, 100, "10 21");
        node(1, "1", 4096, 100, "21");
        IOException e = assertThrows(IOException.class, () -> SysfsTopology.read(sysfs));
        assertTrue(e.getMessage().endsWith("node1/distance: 1 distances for 2 online nodes"), e.getMessage());
        Files.writeString(nodes().resolve("node1/distance"), "21 ten\n");
        e = assertThrows(IOException.class, () -> SysfsTopology.read(sysfs));
        assertTrue(e.getMessage().endsWith("node1/distance: not a number: 'ten'"), e.getMessage());
        Files.writeString(nodes().resolve("node1/meminfo"), "Node 1 MemTotal: 5 kB\n");
        e = assertThrows(IOException.class, () -> SysfsTopology.read(sysfs));
        assertTrue(e.getMessage().contains("node1/"), e.getMessage());
        online("\n");
        e = assertThrows(IOException.class, () -> SysfsTopology.read(sysfs));
        assertTrue(e.getMessage().endsWith("online: no node is online"), e.getMessage());
    }

    @Test
    void shouldReadThisMachine() throws IOException {
        Topology topology = SysfsTopology.read(Path.of("/sys"));
        assertTrue(topology.nodes().stream().anyMatch(node -> node.hasCpus() && node.hasMemory()),
                "nodes: " + topology.nodes());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "'0-3,7', '0-3,7'", "'7,0-1,2-3', '0-3,7'", "'5-5', '5'", "'', ''", "' 1,3\n', '1,3'"})
    void shouldReadAndWriteLists(String list, String normal) {
        assertEquals(normal, CpuList.format(CpuList.parse(list)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1-", "-1", "3-1", "1,,2", "1,", "0x1", "8192", "99999999999", "1-2-3"})
    void shouldRefuseWhatIsNoList(String list) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> CpuList.parse(list));
        assertTrue(e.getMessage().contains("'" + list + "'"), e.getMessage());
    }

    private Path nodes() {
        return sysfs.resolve("devices/system/node");
    }

    private void online(String list) throws IOException {
        Files.createDirectories(nodes());
        Files.writeString(nodes().resolve("online"), list + "\n");
    }

    private void node(int nodeId, String cpus, long totalKib, long freeKib, String distances) throws IOException {
        Path directory = Files.createDirectories(nodes().resolve("node" + nodeId));
        Files.writeString(directory.resolve("cpulist"), cpus + "\n");
        Files.writeString(directory.resolve("distance"), distances + "\n");
        Files.writeString(directory.resolve("meminfo"), "\nNode " + nodeId + " MemTotal:       " + totalKib
                + " kB\nNode " + nodeId + " MemFree:        " + freeKib
                + " kB\nNode " + nodeId + " HugePages_Total: 0\n");
    }
}
