// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.core.topology.Topology;

/** NUMA nodes and their distances. */
final class NodesCheck {
    private static final int LOCAL = 10;
    private static final int UNREACHABLE = 255;

    private NodesCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        Topology topology;
        try {
            topology = SysfsTopology.read(files.path("sys"));
        } catch (IOException | RuntimeException e) { // a tree that no kernel makes
            return List.of(Finding.notSupported("nodes", "cannot be read: " + e.getMessage(),
                    "a kernel with CONFIG_NUMA=y and a mounted /sys are needed").blocking());
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(nodes(topology));
        memoryOnly(topology, findings);
        if (topology.nodes().size() > 1) {
            findings.add(distances(topology));
        }
        return findings;
    }

    private static Finding nodes(Topology topology) {
        long withCpus = topology.nodes().stream().filter(Node::hasCpus).count();
        long withMemory = topology.nodes().stream().filter(Node::hasMemory).count();
        String found = topology.nodes().size() + ", " + withCpus + " with CPUs, " + withMemory + " with memory";
        if (topology.canBalance()) {
            return Finding.ok("nodes", found);
        }
        return Finding.notSupported("nodes", found, "one node has memory: there is nothing to balance; reports work")
                .blocking();
    }

    private static void memoryOnly(Topology topology, List<Finding> findings) {
        List<String> ids = topology.nodes().stream().filter(node -> node.hasMemory() && !node.hasCpus())
                .map(node -> Integer.toString(node.nodeId())).toList();
        if (!ids.isEmpty()) {
            findings.add(Finding.ok("memory-only nodes", String.join(", ", ids)));
        }
    }

    private static Finding distances(Topology topology) {
        String what = "distances";
        String defect = "";
        boolean isFlat = true;
        int firstRemote = topology.distance(topology.nodes().get(0).nodeId(), topology.nodes().get(1).nodeId());
        for (Node from : topology.nodes()) {
            for (Node to : topology.nodes()) {
                int distance = topology.distance(from.nodeId(), to.nodeId());
                defect = defect.isEmpty() ? defect(topology, from.nodeId(), to.nodeId()) : defect;
                isFlat &= from == to || distance == firstRemote;
            }
        }
        if (!defect.isEmpty()) {
            return Finding.limited(what, defect,
                    "the firmware's table (SLIT) makes no sense there: decisions go by it; look for a BIOS update");
        }
        return Finding.ok(what, isFlat ? "local " + LOCAL + ", remote " + firstRemote : "local " + LOCAL + ", several remote ones");
    }

    private static String defect(Topology topology, int from, int to) {
        int distance = topology.distance(from, to);
        int back = topology.distance(to, from);
        if (from == to) {
            return distance == LOCAL ? "" : "node " + from + " to itself " + distance + ", not " + LOCAL;
        }
        if (distance <= LOCAL || distance >= UNREACHABLE) {
            return "node " + from + " to " + to + " " + distance;
        }
        return distance == back ? "" : "node " + from + " to " + to + " " + distance + ", back " + back;
    }
}
