// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Finds tiers where only distances are known. Stateless. */
public final class Tiers {
    private Tiers() {
    }

    /**
     * Nodes with CPUs and memory are the fastest tier; those with memory only follow, by their distance from the nearest
     * node with CPUs, equal distances together.
     *
     * @return fastest first; one tier where every node with memory has CPUs, or none has
     */
    public static List<Tier> byDistance(Topology topology) {
        TreeMap<Integer, List<Integer>> nodesByDistance = new TreeMap<>();
        for (Node node : topology.nodes()) {
            if (node.hasMemory()) {
                int distance = node.hasCpus() ? 0 : distanceFromCpus(topology, node);
                nodesByDistance.computeIfAbsent(distance, key -> new ArrayList<>()).add(node.nodeId());
            }
        }
        return nodesByDistance.values().stream().map(Tier::new).toList();
    }

    private static int distanceFromCpus(Topology topology, Node memory) {
        return topology.nodes().stream().filter(Node::hasCpus)
                .mapToInt(cpus -> topology.distance(cpus.nodeId(), memory.nodeId())).min().orElse(0);
    }
}
