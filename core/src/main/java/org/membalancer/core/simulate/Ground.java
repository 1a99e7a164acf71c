// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.Arrays;
import java.util.List;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.NodeWeights;

/** What scenarios build on: a machine's nodes by their part, and the sizes that all scenarios share. */
final class Ground {
    /** Pages of every working set: 128 MiB. */
    static final int PAGES = 32_768;
    /** Length of every scenario. */
    static final int STEPS = 1_200;
    /** Threads on each node that has some. */
    static final int THREADS = 4;
    /** Accesses that miss the caches, per second and thread: a fifth of its time at 100 ns each. */
    static final double THREAD_RATE = 2e6;
    /** The same for threads that stream: several misses at a time. */
    static final double STREAMING_RATE = 14e6;

    private static final long AMPLE_PAGES = 4 * PAGES;

    private final Machine machine;
    private final int[] cpuNodeIds;
    private final int[] slowNodeIds;

    Ground(Machine machine) {
        this.machine = machine;
        List<Node> nodes = machine.topology().nodes();
        cpuNodeIds = nodes.stream().filter(node -> node.hasCpus() && node.hasMemory()).mapToInt(Node::nodeId).toArray();
        slowNodeIds = nodes.stream().filter(node -> !node.hasCpus() && node.hasMemory()).mapToInt(Node::nodeId)
                .toArray();
    }

    /** The node on which everything lies at first, because its loader ran there. */
    int home() {
        return cpuNode(0);
    }

    /** Another node with CPUs. */
    int away() {
        return cpuNode(1);
    }

    /** A node with memory and no CPUs. */
    int slow() {
        if (slowNodeIds.length == 0) {
            throw new IllegalArgumentException("this scenario needs a node with memory and without CPUs");
        }
        return slowNodeIds[0];
    }

    /** The same machine, but the other node's controller has half the bandwidth. */
    Ground withHalfBandwidthAway() {
        double[] weights = new double[machine.nodeIdLimit()];
        Arrays.fill(weights, 2);
        weights[away()] = 1;
        return new Ground(machine.withWeights(NodeWeights.of(weights)));
    }

    /** All pages on one node. */
    static int[] allOn(int nodeId) {
        int[] places = new int[PAGES];
        Arrays.fill(places, nodeId);
        return places;
    }

    /** With room for everything everywhere. */
    Setup setup(int threads, int[] places, List<Phase> phases) {
        return setup(AMPLE_PAGES, threads, places, phases);
    }

    /** With so much room on the first node. */
    Setup setup(long homePages, int threads, int[] places, List<Phase> phases) {
        long[] pages = new long[machine.nodeIdLimit()];
        for (int nodeId = 0; nodeId < pages.length; nodeId++) {
            pages[nodeId] = machine.capacityPages(nodeId) > 0 ? AMPLE_PAGES : 0;
        }
        pages[home()] = homePages;
        return new Setup(machine.withPages(pages), new Workload(threads, places, phases));
    }

    private int cpuNode(int index) {
        if (index >= cpuNodeIds.length) {
            throw new IllegalArgumentException("this scenario needs " + (index + 1) + " nodes with CPUs and memory");
        }
        return cpuNodeIds[index];
    }
}
