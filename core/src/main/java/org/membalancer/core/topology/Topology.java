// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.util.List;

/**
 * The NUMA nodes of a machine, their distances and their free memory at one instant. Immutable.
 *
 * <p>Node ids may have gaps; distances are indexed by position in {@link #nodes()} inside and by node id outside.
 */
public final class Topology {
    private final List<Node> nodes;
    private final int[][] distances;
    private final int[] positionOfNode;
    private final NodeWeights weights;

    /**
     * Describes a machine.
     *
     * @param nodes in ascending order of their ids, at least one
     * @param distances {@code distances[i][j]}: ACPI SLIT distance from the i-th to the j-th node, 10 is local
     */
    public Topology(List<Node> nodes, int[][] distances) {
        this(nodes, distances, NodeWeights.even());
    }

    /** The same of a machine whose nodes should not all carry the same. */
    public Topology(List<Node> nodes, int[][] distances, NodeWeights weights) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("a topology needs at least one node");
        }
        this.nodes = List.copyOf(nodes);
        this.weights = weights;
        this.distances = new int[nodes.size()][];
        this.positionOfNode = new int[nodes.get(nodes.size() - 1).nodeId() + 1];
        java.util.Arrays.fill(positionOfNode, -1);
        for (int i = 0; i < nodes.size(); i++) {
            if (distances.length != nodes.size() || distances[i].length != nodes.size()) {
                throw new IllegalArgumentException("distances must be " + nodes.size() + "x" + nodes.size());
            }
            this.distances[i] = distances[i].clone();
            positionOfNode[nodes.get(i).nodeId()] = i;
        }
    }

    /** The nodes in ascending order of their ids. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The highest node id plus one: how long an array indexed by node id must be. */
    public int nodeIdLimit() {
        return positionOfNode.length;
    }

    /** Whether there is a node of that id. */
    public boolean hasNode(int nodeId) {
        return nodeId >= 0 && nodeId < positionOfNode.length && positionOfNode[nodeId] >= 0;
    }

    /**
     * The node of that id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Node node(int nodeId) {
        return nodes.get(position(nodeId));
    }

    /**
     * The distance that the firmware gives from one node to another; 10 is local.
     *
     * @throws IllegalArgumentException if there is no such node
     */
    public int distance(int fromNodeId, int toNodeId) {
        return distances[position(fromNodeId)][position(toNodeId)];
    }

    /** How much each node should carry of what all use alike. */
    public NodeWeights weights() {
        return weights;
    }

    /** Whether there is more than one node with memory, so that pages could lie elsewhere. */
    public boolean canBalance() {
        return nodes.stream().filter(Node::hasMemory).count() > 1;
    }

    private int position(int nodeId) {
        if (!hasNode(nodeId)) {
            throw new IllegalArgumentException("no such node: nodeId=" + nodeId);
        }
        return positionOfNode[nodeId];
    }
}
