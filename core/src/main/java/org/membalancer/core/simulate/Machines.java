// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.BitSet;
import java.util.List;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** The machines that scenarios run on where nobody names one. */
final class Machines {
    private static final long NODE_BYTES = 1L << 30;
    private static final int CPUS = 4;

    private Machines() {
    }

    /** Two nodes of CPUs and memory, 21 apart. */
    static Machine twoSockets() {
        return Machine.of(new Topology(List.of(node(0, CPUS), node(1, CPUS)), new int[][] {{10, 21}, {21, 10}}));
    }

    /** One node of CPUs and memory, and one of memory only at distance 26. */
    static Machine tiered() {
        return Machine.of(new Topology(List.of(node(0, CPUS), node(1, 0)), new int[][] {{10, 26}, {26, 10}}));
    }

    private static Node node(int nodeId, int cpuCount) {
        BitSet cpus = new BitSet();
        cpus.set(nodeId * CPUS, nodeId * CPUS + cpuCount);
        return new Node(nodeId, cpus, NODE_BYTES, NODE_BYTES);
    }
}
