// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.agent.heap.MappedHeap;
import org.membalancer.core.balance.AllowedMemory;
import org.membalancer.core.files.KernelFile;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.core.topology.Topology;

/**
 * What changes around the agent while it runs: free memory of the nodes, and how much of the reserved heap is mapped.
 * Reading it makes garbage, so it is read anew only every few seconds. One thread owns it.
 */
final class Surroundings {
    private static final long FRESH_NS = Duration.ofSeconds(5).toNanos();

    private final Doors doors;
    private final HeapGeometry geometry;
    private final AgentLog log;
    private final int processId;
    private Topology topology;
    private List<AddressRange> movable;
    private long readAtNs;
    private boolean troubleSaid;

    /**
     * Reads everything once.
     *
     * @throws IOException if something cannot be read
     */
    Surroundings(Doors doors, HeapGeometry geometry, AgentLog log) throws IOException {
        this.doors = doors;
        this.geometry = geometry;
        this.log = log;
        this.processId = Integer.parseInt(Files.readSymbolicLink(doors.ownProcess()).toString());
        read();
    }

    /** Reads everything again if it is old; keeps what there is, and says so, when that fails. */
    void refresh(long nowNs) {
        if (nowNs - readAtNs < FRESH_NS) {
            return;
        }
        try {
            read();
            troubleSaid = false;
        } catch (IOException e) { // the application may be short of file descriptors for a while
            readAtNs = nowNs;
            sayOnce(e);
        }
    }

    /** Nodes and their free memory, as this process's cpuset lets it have it. */
    Topology topology() {
        return topology;
    }

    /** The parts of the heap that may be moved. */
    List<AddressRange> movable() {
        return movable;
    }

    /** This process, as its own pid namespace counts. */
    int processId() {
        return processId;
    }

    /** The mappings as they are now. */
    List<MemoryRegion> memoryMap() throws IOException {
        try (Reader maps = KernelFile.open(doors.ownProcess().resolve("maps"))) {
            return MemoryMap.parse(maps);
        }
    }

    private void read() throws IOException {
        topology = AllowedMemory.restrict(
                SysfsTopology.read(doors.sysfsRoot()), AllowedMemory.nodes(doors.ownProcess()));
        movable = geometry.isMovable() ? MappedHeap.of(geometry.reserved().get(), memoryMap()) : List.of();
        readAtNs = doors.clock().nowNs();
    }

    private void sayOnce(IOException e) {
        if (!troubleSaid) {
            log.problem("free memory and mappings cannot be read, going on with what they were: " + e);
            troubleSaid = true;
        }
    }
}
