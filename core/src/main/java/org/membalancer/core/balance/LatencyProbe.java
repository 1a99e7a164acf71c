// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

import org.membalancer.core.threads.ThreadDoor;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topology;

/**
 * Measures how long an access takes between nodes, under the load that there is, by waiting for a little memory of its
 * own on each node from a CPU of each node. That is what samples of a timer cannot tell: a controller that carries all of
 * a small load gives the same samples as one that is drowned.
 *
 * <p>The calling thread is pinned to a node's CPUs for some tenths of a millisecond and has its affinity back afterwards;
 * it never runs where it may not. Rows of at most {@value #NODES_PER_ROUND} nodes are measured in one round. Owned by the
 * thread that it pins.
 */
public final class LatencyProbe {
    static final int NODES_PER_ROUND = 4;

    private static final int TRIES = 5;

    private final ThreadDoor threads;
    private final int tid;
    private final Wait wait;
    private double[][] latencies = new double[0][0];
    private int nextNode;

    /** Waits for memory of a node. */
    @FunctionalInterface
    interface Wait {
        /** Mean time of an access in nanoseconds; NaN: there is no memory of ours on that node. */
        double accessNs(int memoryNodeId);
    }

    /**
     * Prepares to measure.
     *
     * @param threads the door to this process's threads
     * @param tid the calling thread
     * @param wait for memory
     */
    LatencyProbe(ThreadDoor threads, int tid, Wait wait) {
        this.threads = threads;
        this.tid = tid;
        this.wait = wait;
    }

    /**
     * Measures again.
     *
     * @return what is known now, pairs that were measured in earlier rounds included; unknown where the thread may not be
     *     pinned or fewer than two nodes have memory
     */
    public NodeLatencies measure(Topology topology) {
        Optional<BitSet> own = threads.affinity(tid);
        if (own.isEmpty() || !topology.canBalance()) {
            return NodeLatencies.unknown();
        }
        if (latencies.length != topology.nodeIdLimit()) {
            latencies = new double[topology.nodeIdLimit()][topology.nodeIdLimit()];
            Arrays.stream(latencies).forEach(row -> Arrays.fill(row, Double.NaN));
        }
        int count = topology.nodes().size();
        int measured = 0;
        for (int i = 0; i < count && measured < NODES_PER_ROUND; i++) {
            Node node = topology.nodes().get(nextNode++ % count);
            measured += measureFrom(node, own.get(), topology) ? 1 : 0;
        }
        return NodeLatencies.of(latencies);
    }

    private boolean measureFrom(Node node, BitSet own, Topology topology) {
        BitSet cpus = (BitSet) node.cpus().clone();
        cpus.and(own);
        if (cpus.isEmpty() || threads.setAffinity(tid, cpus) != 0) {
            Arrays.fill(latencies[node.nodeId()], Double.NaN);
            return false;
        }
        try {
            for (Node memory : topology.nodes()) {
                latencies[node.nodeId()][memory.nodeId()] =
                        memory.hasMemory() ? median(memory.nodeId()) : Double.NaN;
            }
        } finally {
            threads.setAffinity(tid, own);
        }
        return true;
    }

    /** Interrupts and other threads make single tries longer, never shorter. */
    private double median(int memoryNodeId) {
        double[] tries = new double[TRIES];
        for (int i = 0; i < TRIES; i++) {
            tries[i] = wait.accessNs(memoryNodeId);
        }
        Arrays.sort(tries);
        return tries[TRIES / 2];
    }
}
