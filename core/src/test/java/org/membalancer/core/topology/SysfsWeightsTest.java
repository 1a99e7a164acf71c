// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsWeightsTest {
    private static final Topology MACHINE = Topologies.withMemoryOnlyNode();

    @TempDir
    private Path sysfs;

    @Test
    void shouldBeEvenWhereNobodySaysAnything() throws IOException {
        assertWeights(1, 1, 1);
    }

    @Test
    void shouldTakeTheKernelsWeightsBeforeTheFirmwares() throws IOException {
        kernel("5", "3", "1");
        firmware(0, "access1", "100");
        firmware(1, "access1", "100");
        firmware(2, "access1", "100");
        assertWeights(5, 3, 1);
    }

    @Test
    void shouldAskTheFirmwareWhereNobodyHasSetTheKernelsWeights() throws IOException {
        kernel("1", "1", "1");
        assertWeights(1, 1, 1);
        firmware(0, "access0", "70000");
        firmware(0, "access1", "80000");
        firmware(1, "access1", "80000");
        assertWeights(1, 1, 1);
        firmware(2, "access1", "0");
        firmware(2, "access0", "20000");
        assertWeights(80_000, 80_000, 20_000);
    }

    @Test
    void shouldNotMixWeightsOfSomeNodesWithGuesses() throws IOException {
        kernel("5", "3", "1");
        Files.delete(sysfs.resolve("kernel/mm/mempolicy/weighted_interleave/node1"));
        assertWeights(1, 1, 1);
    }

    @Test
    void shouldBeEvenWhereAFileCannotBeRead() throws IOException {
        kernel("5", "3", "1");
        Path weight = sysfs.resolve("kernel/mm/mempolicy/weighted_interleave/node1");
        Files.delete(weight);
        Files.createDirectory(weight); // reading it is an error, for root too
        assertWeights(1, 1, 1);
        firmware(0, "access1", "80000");
        firmware(1, "access1", "20000");
        firmware(2, "access1", "80000");
        assertWeights(80_000, 20_000, 80_000);
    }

    @Test
    void shouldNameAFileThatIsStrange() throws IOException {
        kernel("5", "many", "1");
        IOException e = assertThrows(IOException.class, () -> SysfsWeights.read(sysfs, MACHINE.nodes()));
        assertTrue(e.getMessage().endsWith("weighted_interleave/node1: not a number: 'many'"), e.getMessage());
    }

    @Test
    void shouldRefuseAWeightOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> NodeWeights.of(1, 0));
        assertEquals(1, NodeWeights.of(2).weight(7), "a node that nobody named");
    }

    private void assertWeights(double... expected) throws IOException {
        NodeWeights weights = SysfsWeights.read(sysfs, MACHINE.nodes());
        for (int nodeId = 0; nodeId < expected.length; nodeId++) {
            assertEquals(expected[nodeId], weights.weight(nodeId), "node " + nodeId);
        }
    }

    private void kernel(String... weights) throws IOException {
        for (int nodeId = 0; nodeId < weights.length; nodeId++) {
            write(sysfs.resolve("kernel/mm/mempolicy/weighted_interleave/node" + nodeId), weights[nodeId]);
        }
    }

    private void firmware(int nodeId, String access, String bandwidth) throws IOException {
        write(sysfs.resolve("devices/system/node/node" + nodeId).resolve(access)
                .resolve("initiators/read_bandwidth"), bandwidth);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }
}
