// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.membalancer.core.files.KernelFile;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** The nodes on which a process's cpuset lets its memory lie. */
public final class AllowedMemory {
    private static final String LINE = "Mems_allowed_list:";

    private AllowedMemory() {
    }

    /**
     * Reads the nodes.
     *
     * @param processDirectory {@code /proc/PID}
     * @throws IOException if the process ended, or the kernel has no such line
     */
    public static BitSet nodes(Path processDirectory) throws IOException {
        Path status = processDirectory.resolve("status");
        for (String line : KernelFile.readString(status).split("\n")) {
            if (line.startsWith(LINE)) {
                return CpuList.parse(line.substring(LINE.length()));
            }
        }
        throw new IOException(status + ": no line '" + LINE + "'");
    }

    /** The topology as that process may use it: a node outside has no memory to move to, and keeps its distances. */
    public static Topology restrict(Topology topology, BitSet allowed) {
        List<Node> nodes = new ArrayList<>();
        int[][] distances = new int[topology.nodes().size()][topology.nodes().size()];
        for (Node node : topology.nodes()) {
            for (int to = 0; to < distances.length; to++) {
                distances[nodes.size()][to] = topology.distance(node.nodeId(), topology.nodes().get(to).nodeId());
            }
            nodes.add(allowed.get(node.nodeId()) ? node : new Node(node.nodeId(), node.cpus(), 0, 0));
        }
        return new Topology(nodes, distances, topology.weights());
    }
}
