// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;

import org.membalancer.core.threads.AffinityDoor;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topology;

/**
 * Measures how long an access takes between nodes, under the load that there is, by waiting for a little memory of its
 * own on each node from a CPU of each node. That is what samples of a timer cannot tell: a controller that carries all of
 * a small load gives the same samples as one that is drowned.
 *
 * <p>What it measures is believed once it has shown what distances are: in {@value #CREDIBLE_ROUNDS} rounds in a row memory
 * of every other node answered clearly later than a node's own. Where that never happens (in a virtual machine whose nodes
 * are made up, or where the probe's memory stays in a cache) it measures something else, and tells nothing.
 *
 * <p>The calling thread is pinned to a node's CPUs for as long as it waits and has its affinity back afterwards; it never
 * runs where it may not. Where the affinity cannot be given back, nothing is measured any more. Rows of at most {@value #NODES_PER_ROUND} nodes are measured in one round. Owned by the
 * thread that it pins.
 */
public final class LatencyProbe implements AutoCloseable {
    static final int NODES_PER_ROUND = 4;

    private static final int TRIES = 5;
    private static final int CREDIBLE_ROUNDS = 8;
    private static final double CLEARLY_LATER = 1.1;

    private final AffinityDoor threads;
    private final int tid;
    private final Wait wait;
    private final Consumer<String> trouble;
    private double[][] latencies = new double[0][0];
    private int[] roundsInOrder = new int[0];
    private boolean isCredible;
    private boolean isOver;
    private int nextNode;

    /** Waits for memory of a node. */
    @FunctionalInterface
    interface Wait {
        /** Makes memory on a node, if there is none yet; costs least on a CPU of that node. */
        default void prepare(int memoryNodeId) {
        }

        /** Mean time of an access in nanoseconds; NaN: there is no memory of ours on that node. */
        double accessNs(int memoryNodeId);

        /** Gives back what was made. */
        default void close() {
        }
    }

    /**
     * Prepares to measure.
     *
     * @param threads the door to this process's threads
     * @param tid the calling thread
     * @param wait for memory
     * @param trouble is told why nothing is measured any more
     */
    LatencyProbe(AffinityDoor threads, int tid, Wait wait, Consumer<String> trouble) {
        this.threads = threads;
        this.tid = tid;
        this.wait = wait;
        this.trouble = trouble;
    }

    /**
     * Prepares to measure with memory of this process. Call it on the thread that will measure.
     *
     * @throws IOException if the calling thread's id cannot be read
     */
    public static LatencyProbe of(ProbeDoors doors) throws IOException {
        Path self = Files.readSymbolicLink(doors.procRoot().resolve("thread-self"));
        return new LatencyProbe(doors.threads(), Integer.parseInt(self.getFileName().toString()),
                new OwnMemoryWait(doors), doors.trouble());
    }

    /**
     * Measures again.
     *
     * @return what is known now, pairs that were measured in earlier rounds included; unknown where the thread may not be
     *     pinned or got stuck once, fewer than two nodes have memory, or latencies do not tell distances
     */
    public NodeLatencies measure(Topology topology) {
        if (isOver) {
            return NodeLatencies.unknown();
        }
        Optional<BitSet> own = threads.affinity(tid);
        if (own.isEmpty() || !topology.canBalance()) {
            return NodeLatencies.unknown();
        }
        if (latencies.length != topology.nodeIdLimit()) {
            latencies = new double[topology.nodeIdLimit()][topology.nodeIdLimit()];
            Arrays.stream(latencies).forEach(row -> Arrays.fill(row, Double.NaN));
            roundsInOrder = new int[topology.nodeIdLimit()];
        }
        int count = topology.nodes().size();
        int measured = 0;
        for (int i = 0; i < count && measured < NODES_PER_ROUND && !isOver; i++) {
            Node node = topology.nodes().get(nextNode++ % count);
            measured += measureFrom(node, own.get(), topology) ? 1 : 0;
        }
        return isCredible && !isOver ? NodeLatencies.of(latencies) : NodeLatencies.unknown();
    }

    private boolean measureFrom(Node node, BitSet own, Topology topology) {
        BitSet cpus = (BitSet) node.cpus().clone();
        cpus.and(own);
        if (cpus.isEmpty() || threads.setAffinity(tid, cpus) != 0) {
            Arrays.fill(latencies[node.nodeId()], Double.NaN);
            return false;
        }
        try {
            prepare(node, own, topology);
            fillRow(latencies[node.nodeId()], topology);
        } finally {
            restore(own, cpus);
        }
        roundsInOrder[node.nodeId()] = isInOrder(node.nodeId(), topology) ? roundsInOrder[node.nodeId()] + 1 : 0;
        isCredible |= roundsInOrder[node.nodeId()] >= CREDIBLE_ROUNDS;
        return true;
    }

    /** Gives back the memory that it measured with; it does not measure any more. */
    @Override
    public void close() {
        isOver = true;
        wait.close();
    }

    private void restore(BitSet own, BitSet pinned) {
        int result = threads.setAffinity(tid, own);
        if (result != 0) {
            isOver = true;
            trouble.accept("thread " + tid + " cannot have its CPUs " + CpuList.format(own) + " back (errno " + -result
                    + ") and stays on " + CpuList.format(pinned) + ": latencies are not measured any more");
        }
    }

    /** Memory that is made where it shall lie needs not be moved there. */
    private void prepare(Node here, BitSet own, Topology topology) {
        for (Node memory : topology.nodes()) {
            if (memory.hasMemory() && (memory.nodeId() == here.nodeId() || !memory.cpus().intersects(own))) {
                wait.prepare(memory.nodeId());
            }
        }
    }

    /** Medians, because interrupts and other threads make single tries longer; in turns, because the first after a move are. */
    private void fillRow(double[] row, Topology topology) {
        double[][] tries = new double[row.length][TRIES];
        for (int i = 0; i < TRIES; i++) {
            for (Node memory : topology.nodes()) {
                tries[memory.nodeId()][i] = memory.hasMemory() ? wait.accessNs(memory.nodeId()) : Double.NaN;
            }
        }
        for (Node memory : topology.nodes()) {
            Arrays.sort(tries[memory.nodeId()]);
            row[memory.nodeId()] = tries[memory.nodeId()][TRIES / 2];
        }
    }

    /** Whether all other memory answers clearly later than that of the node itself. */
    private boolean isInOrder(int nodeId, Topology topology) {
        double own = latencies[nodeId][nodeId];
        return topology.nodes().stream().map(Node::nodeId)
                .filter(other -> other != nodeId && !Double.isNaN(latencies[nodeId][other]))
                .allMatch(other -> latencies[nodeId][other] > CLEARLY_LATER * own) && !Double.isNaN(own);
    }
}
