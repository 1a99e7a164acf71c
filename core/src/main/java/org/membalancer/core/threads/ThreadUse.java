// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.BitSet;
import java.util.List;

/**
 * What one thread uses. Immutable: do not change the bit set.
 *
 * @param tid as the kernel counts
 * @param byCpuNode decayed samples by the node on which it ran
 * @param byMemoryNode decayed, weighted samples by the node that holds the memory it used
 * @param allowedCpus on which its owner lets it run: what it had before we pinned it
 */
public record ThreadUse(int tid, List<Double> byCpuNode, List<Double> byMemoryNode, BitSet allowedCpus) {
    /** No node. */
    static final int NO_NODE = -1;

    /** Copies the lists. */
    public ThreadUse {
        byCpuNode = List.copyOf(byCpuNode);
        byMemoryNode = List.copyOf(byMemoryNode);
    }

    /** The node on which it ran most, or -1. */
    public int cpuNodeId() {
        return largest(byCpuNode);
    }

    /** The node whose memory it used most, or -1. */
    public int memoryNodeId() {
        return largest(byMemoryNode);
    }

    /** Weighted samples whose memory's node is known. */
    public double memorySamples() {
        return byMemoryNode.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Share of its accesses that one node's memory gets, 0 to 1. */
    public double memoryShare(int nodeId) {
        double all = memorySamples();
        return all == 0 ? 0 : byMemoryNode.get(nodeId) / all;
    }

    private static int largest(List<Double> values) {
        int best = NO_NODE;
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) > 0 && (best == NO_NODE || values.get(i) > values.get(best))) {
                best = i;
            }
        }
        return best;
    }
}
