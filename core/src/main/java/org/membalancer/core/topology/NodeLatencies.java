// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.util.Arrays;

/**
 * How long an access takes now, under the load that there is, by the CPU's node and the memory's node. Immutable.
 *
 * <p>All values have one unit, whichever it is: decisions only compare them.
 */
public final class NodeLatencies {
    private static final NodeLatencies UNKNOWN = new NodeLatencies(new double[0][0]);

    private final double[][] latencies;

    private NodeLatencies(double[][] latencies) {
        this.latencies = latencies;
    }

    /**
     * Takes measured latencies.
     *
     * @param byCpuNodeAndMemoryNode by node ids; NaN where nobody measured
     */
    public static NodeLatencies of(double[][] byCpuNodeAndMemoryNode) {
        double[][] copy = new double[byCpuNodeAndMemoryNode.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = Arrays.copyOf(byCpuNodeAndMemoryNode[i], copy.length);
        }
        return new NodeLatencies(copy);
    }

    /** Nobody measured anything. */
    public static NodeLatencies unknown() {
        return UNKNOWN;
    }

    /** Whether nobody measured anything. */
    public boolean isUnknown() {
        return latencies.length == 0;
    }

    /** The latency between two nodes; NaN: not known. */
    public double between(int cpuNodeId, int memoryNodeId) {
        boolean isInside = cpuNodeId < latencies.length && memoryNodeId < latencies.length;
        return isInside ? latencies[cpuNodeId][memoryNodeId] : Double.NaN;
    }
}
