// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/**
 * The free memory of one round, which several processes are planned for in turn: what the plan of one takes is not there
 * for the next. What a plan gives back counts from the next round on, when it is seen. Owned by one thread.
 */
public final class SharedRoom {
    private Topology topology;
    private long[] takenBytes;

    /** Begins with a machine as it is now. */
    public SharedRoom(Topology topology) {
        begin(topology);
    }

    /** Begins a round with the machine as it is now. */
    public void begin(Topology now) {
        topology = now;
        takenBytes = new long[now.nodeIdLimit()];
    }

    /** Takes what a plan moves from the nodes it moves to, whether or not all of it arrives. */
    public void take(MigrationPlan plan) {
        for (BlockMove move : plan.moves()) {
            takenBytes[move.toNodeId()] += move.bytes();
        }
    }

    /** The machine as the next process may see it. */
    public Topology topology() {
        return Arrays.stream(takenBytes).allMatch(taken -> taken == 0) ? topology : withoutTaken();
    }

    private Topology withoutTaken() {
        List<Node> nodes = new ArrayList<>();
        int[][] distances = new int[topology.nodes().size()][topology.nodes().size()];
        for (Node node : topology.nodes()) {
            for (int to = 0; to < distances.length; to++) {
                distances[nodes.size()][to] = topology.distance(node.nodeId(), topology.nodes().get(to).nodeId());
            }
            long taken = Math.min(takenBytes[node.nodeId()], node.freeBytes());
            nodes.add(new Node(node.nodeId(), node.cpus(), node.totalBytes(), node.freeBytes() - taken,
                    node.processBytes() + taken));
        }
        return new Topology(nodes, distances, topology.weights());
    }
}
