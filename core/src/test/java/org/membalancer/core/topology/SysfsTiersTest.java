// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsTiersTest {
    private static final Topology MACHINE = Topologies.withMemoryOnlyNode();

    @TempDir
    private Path sysfs;

    @Test
    void shouldPutNodesWithoutCpusBelowByDistance() throws IOException {
        SysfsTiers.Found found = SysfsTiers.detect(sysfs, MACHINE);
        assertEquals(List.of(Tier.of(0, 1), Tier.of(2)), found.tiers());
        assertEquals("nodes without CPUs, by distance", found.source());
        int[][] distances = {{10, 21, 14, 28}, {21, 10, 24, 28}, {14, 24, 10, 30}, {28, 28, 30, 10}};
        Topology four = Topologies.of(distances, Topologies.NODE_BYTES, 0, 1, 4, 6);
        assertEquals(List.of(Tier.of(0, 1), Tier.of(4), Tier.of(6)), SysfsTiers.detect(sysfs, four).tiers());
    }

    @Test
    void shouldFindOneTierWhereAllNodesHaveCpus() throws IOException {
        assertEquals(List.of(Tier.of(0, 1)), SysfsTiers.detect(sysfs, Topologies.two()).tiers());
    }

    @Test
    void shouldBelieveTheKernelsTiers() throws IOException {
        kernelTier(22, "2");
        kernelTier(4, "1");
        kernelTier(30, "0");
        SysfsTiers.Found found = SysfsTiers.detect(sysfs, MACHINE);
        assertEquals(List.of(Tier.of(1), Tier.of(2), Tier.of(0)), found.tiers());
        assertEquals("the kernel's memory tiers", found.source());
    }

    @Test
    void shouldNotBelieveASingleKernelTier() throws IOException {
        kernelTier(4, "0-2");
        assertEquals(List.of(Tier.of(0, 1), Tier.of(2)), SysfsTiers.detect(sysfs, MACHINE).tiers());
    }

    @Test
    void shouldAddANodeThatTheKernelLeavesOutToTheLastTier() throws IOException {
        kernelTier(4, "0");
        kernelTier(8, "1");
        assertEquals(List.of(Tier.of(0), Tier.of(1, 2)), SysfsTiers.detect(sysfs, MACHINE).tiers());
    }

    @Test
    void shouldGroupNodesByTheFirmwaresLatency() throws IOException {
        latency(0, "access0", "100");
        latency(0, "access1", "110");
        latency(1, "access1", "120");
        latency(2, "access0", "90");
        latency(2, "access1", "260");
        SysfsTiers.Found found = SysfsTiers.detect(sysfs, MACHINE);
        assertEquals(List.of(Tier.of(0, 1), Tier.of(2)), found.tiers());
        assertEquals("the firmware's latencies (HMAT)", found.source());
    }

    @Test
    void shouldNotUseHalfOfTheFirmwaresLatencies() throws IOException {
        latency(0, "access1", "110");
        latency(2, "access1", "90");
        assertEquals("nodes without CPUs, by distance", SysfsTiers.detect(sysfs, MACHINE).source());
    }

    @Test
    void shouldNameAFileThatIsStrange() throws IOException {
        latency(0, "access1", "fast");
        IOException e = assertThrows(IOException.class, () -> SysfsTiers.detect(sysfs, MACHINE));
        assertEquals(sysfs.resolve("devices/system/node/node0/access1/initiators/read_latency")
                + ": not a number: 'fast'", e.getMessage());
    }

    private void kernelTier(int number, String nodes) throws IOException {
        write(sysfs.resolve("devices/virtual/memory_tiering/memory_tier" + number + "/nodelist"), nodes);
    }

    private void latency(int nodeId, String access, String ns) throws IOException {
        write(sysfs.resolve("devices/system/node/node" + nodeId + "/" + access + "/initiators/read_latency"), ns);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }
}
