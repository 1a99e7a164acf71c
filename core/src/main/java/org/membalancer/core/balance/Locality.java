// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.ArrayList;
import java.util.List;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;

/**
 * Where the sampled accesses of one round went. Immutable.
 *
 * @param local decayed accesses from a node's CPUs to memory of the same node
 * @param byMemoryNode decayed accesses by the node that holds the page; those to pages without a known node are left out
 */
public record Locality(double local, List<Double> byMemoryNode) {

    /** Copies the list. */
    public Locality {
        byMemoryNode = List.copyOf(byMemoryNode);
    }

    /** Sums a snapshot up. */
    public static Locality of(HeatSnapshot heat, Residency residency) {
        double local = 0;
        double[] sums = new double[heat.nodeCount()];
        for (int i = 0; i < heat.pageCount(); i++) {
            int nodeId = residency.nodeOf(i);
            if (nodeId >= 0 && nodeId < sums.length) {
                sums[nodeId] += heat.accesses(i);
                local += heat.accesses(i, nodeId);
            }
        }
        List<Double> byMemoryNode = new ArrayList<>();
        for (double sum : sums) {
            byMemoryNode.add(sum);
        }
        return new Locality(local, byMemoryNode);
    }

    /** Both together. */
    public Locality plus(Locality other) {
        List<Double> sums = new ArrayList<>();
        for (int i = 0; i < Math.max(byMemoryNode.size(), other.byMemoryNode.size()); i++) {
            sums.add(at(i) + other.at(i));
        }
        return new Locality(local + other.local, sums);
    }

    /** All accesses to pages whose node is known. */
    public double total() {
        return byMemoryNode.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Share of local accesses, 0 to 1; 0 without any access. */
    public double localShare() {
        double total = total();
        return total == 0 ? 0 : local / total;
    }

    /** Share of accesses to the memory of one node, 0 to 1. */
    public double share(int nodeId) {
        double total = total();
        return total == 0 ? 0 : at(nodeId) / total;
    }

    private double at(int nodeId) {
        return nodeId < byMemoryNode.size() ? byMemoryNode.get(nodeId) : 0;
    }
}
