// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.membalancer.core.balance.AllowedMemory;
import org.membalancer.core.balance.MovableMemory;
import org.membalancer.core.balance.OwnersChoice;
import org.membalancer.core.files.KernelFile;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.residency.HeapFile;
import org.membalancer.core.residency.MappedRegion;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.core.topology.Topology;

/**
 * What is around a process that is balanced from outside: nodes and their free memory as it may use them, and which of
 * its memory may move. Owned by one thread.
 */
final class BalancedProcess {
    /* Writing smaps and numa_maps makes the kernel walk over all pages of the process. */
    private static final long FRESH_NS = Duration.ofSeconds(10).toNanos();

    private final Path directory;
    private Topology topology;
    private MovableMemory memory;
    private MemoryViews views = MemoryViews.none();
    private long memoryReadAtNs;

    /**
     * Looks for the first time.
     *
     * @param machine as it is now
     * @throws FailureException when the process ended, or may not be looked at
     */
    BalancedProcess(int pid, long nowNs, Topology machine) throws IOException, FailureException {
        this.directory = Path.of("/proc", Integer.toString(pid));
        try {
            topology = AllowedMemory.restrict(machine, allowed());
            readMemory(nowNs);
        } catch (NoSuchFileException e) {
            throw new FailureException("no such process: " + pid, e);
        }
    }

    /**
     * Looks again; keeps what there is when the process ended meanwhile.
     *
     * @param machine as it is now
     * @return what went wrong; empty: nothing
     */
    Optional<String> refresh(long nowNs, Topology machine) {
        try {
            topology = AllowedMemory.restrict(machine, allowed());
            if (nowNs - memoryReadAtNs >= FRESH_NS) {
                readMemory(nowNs);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the process cannot be looked at: " + e.getMessage());
        }
    }

    /** Nodes, and their free memory as the process's cpuset lets it have it. */
    Topology topology() {
        return topology;
    }

    /** What may move, and what stays. */
    MovableMemory memory() {
        return memory;
    }

    /** The views of its heap, if it is a JVM's that is mapped several times. */
    MemoryViews views() {
        return views;
    }

    private BitSet allowed() throws IOException {
        return AllowedMemory.nodes(directory);
    }

    private void readMemory(long nowNs) throws IOException {
        try (Reader smaps = KernelFile.open(directory.resolve("smaps"))) {
            List<MappedRegion> mappings = MemoryMap.parseDetailed(smaps);
            if (views.count() == 0) { // a heap has them for as long as its process lives
                views = HeapFile.views(mappings.stream().map(MappedRegion::region).toList());
            }
            memory = MovableMemory.of(mappings, bound()).through(views);
        }
        memoryReadAtNs = nowNs;
    }

    private Set<Long> bound() throws IOException {
        try (Reader numaMaps = KernelFile.open(directory.resolve("numa_maps"))) {
            return OwnersChoice.bound(numaMaps);
        } catch (NoSuchFileException absent) { // a kernel without NUMA, or the process ended, which smaps says
            return Set.of();
        }
    }
}
