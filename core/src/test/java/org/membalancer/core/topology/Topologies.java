// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Machines for tests. */
public final class Topologies {
    /** Memory of every node here. */
    public static final long NODE_BYTES = 4L << 30;

    private Topologies() {
    }

    /** Two nodes with CPUs and memory, 21 apart. */
    public static Topology two() {
        return of(new int[][] {{10, 21}, {21, 10}}, NODE_BYTES, 0, 1);
    }

    /** A node with CPUs and memory for each weight, all as far from each other. */
    public static Topology weighted(double... weights) {
        List<Node> nodes = new ArrayList<>();
        int[][] distances = new int[weights.length][weights.length];
        for (int nodeId = 0; nodeId < weights.length; nodeId++) {
            BitSet cpus = new BitSet();
            cpus.set(nodeId);
            nodes.add(new Node(nodeId, cpus, NODE_BYTES, NODE_BYTES));
            Arrays.fill(distances[nodeId], 21);
            distances[nodeId][nodeId] = 10;
        }
        return new Topology(nodes, distances, NodeWeights.of(weights));
    }

    /** Nodes 0 and 1 as in {@link #two}, and node 2 with memory only, nearer to node 1. */
    public static Topology withMemoryOnlyNode() {
        return of(new int[][] {{10, 21, 31}, {21, 10, 21}, {31, 21, 10}}, NODE_BYTES, 0, 1, 2);
    }

    /** Nodes with the given ids; the third and later ones have no CPUs. */
    public static Topology of(int[][] distances, long freeBytes, int... nodeIds) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < nodeIds.length; i++) {
            BitSet cpus = new BitSet();
            if (i < 2) {
                cpus.set(i * 4, i * 4 + 4);
            }
            nodes.add(new Node(nodeIds[i], cpus, NODE_BYTES, freeBytes));
        }
        return new Topology(nodes, distances);
    }

    /** The same machine with other free memory on one node. */
    public static Topology withFree(Topology topology, int nodeId, long freeBytes) {
        List<Node> nodes = new ArrayList<>();
        int count = topology.nodes().size();
        int[][] distances = new int[count][count];
        for (int i = 0; i < count; i++) {
            Node node = topology.nodes().get(i);
            long free = node.nodeId() == nodeId ? freeBytes : node.freeBytes();
            nodes.add(new Node(node.nodeId(), node.cpus(), node.totalBytes(), free));
            for (int j = 0; j < count; j++) {
                distances[i][j] = topology.distance(node.nodeId(), topology.nodes().get(j).nodeId());
            }
        }
        return new Topology(nodes, distances);
    }
}
