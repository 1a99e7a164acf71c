// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.util.BitSet;

/**
 * One NUMA node as it was when the topology was read. Immutable: do not change the bit set.
 *
 * @param nodeId as the kernel numbers it, 0 or more
 * @param cpus online CPUs of the node; empty for a memory-only node
 * @param totalBytes memory of the node; 0 for a node without memory
 * @param freeBytes free memory at that instant
 * @param processBytes memory of processes, without files, at that instant
 */
public record Node(int nodeId, BitSet cpus, long totalBytes, long freeBytes, long processBytes) {

    /** A node of which only that is known: all that is not free may be of processes. */
    public Node(int nodeId, BitSet cpus, long totalBytes, long freeBytes) {
        this(nodeId, cpus, totalBytes, freeBytes, totalBytes - freeBytes);
    }

    /** Whether threads can run here. */
    public boolean hasCpus() {
        return !cpus.isEmpty();
    }

    /** Whether pages can lie here. */
    public boolean hasMemory() {
        return totalBytes > 0;
    }
}
