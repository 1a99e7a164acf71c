// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.NodeLatencies;

/**
 * How long accesses to each node take, as the samples of a source that knows latency show. Stateless.
 *
 * <p>A page's latency does not say from which node it was measured: pages that nearly all samples hit from one node speak
 * for the pair of nodes, the others for a mixture of users. A pair with too few samples of its own has the latency of the
 * mixture, and a node with too few samples is taken for idle: some {@value #IDLE_CYCLES} cycles, and half of what its
 * distance claims on top, because firmware exaggerates and a guess that is too high would hide that the node could help.
 */
final class HeatLatencies {
    private static final double IDLE_CYCLES = 300;
    private static final double LOCAL_DISTANCE = 10;
    private static final double DISTANCE_TRUTH = 0.5;
    private static final double MIN_SAMPLES = 64;
    private static final double MAIN_SHARE = 0.9;

    private HeatLatencies() {
    }

    /** What a snapshot tells; nothing where its source does not know latency. */
    static NodeLatencies of(HeatSnapshot heat, Residency residency, NodeTable nodes) {
        if (heat.weight() != HeatWeight.MISS_LATENCY) {
            return NodeLatencies.unknown();
        }
        int limit = nodes.limit();
        double[][] samples = new double[limit + 1][limit];
        double[][] cycles = new double[limit + 1][limit];
        for (int i = 0; i < heat.pageCount(); i++) {
            int to = residency.nodeOf(i);
            if (nodes.exists(to) && heat.latencyCycles(i) > 0) {
                int from = mainUser(heat, i, limit);
                samples[from][to] += heat.accesses(i);
                cycles[from][to] += heat.accesses(i) * heat.latencyCycles(i);
            }
        }
        return NodeLatencies.of(means(samples, cycles, nodes));
    }

    /** The node from which nearly all samples of a page come; {@code limit}: several. */
    private static int mainUser(HeatSnapshot heat, int i, int limit) {
        float least = (float) (MAIN_SHARE * heat.accesses(i));
        for (int nodeId = 0; nodeId < Math.min(limit, heat.nodeCount()); nodeId++) {
            if (heat.accesses(i, nodeId) >= least) {
                return nodeId;
            }
        }
        return limit;
    }

    private static double[][] means(double[][] samples, double[][] cycles, NodeTable nodes) {
        int limit = nodes.limit();
        double[][] latencies = new double[limit][limit];
        for (int from = 0; from < limit; from++) {
            for (int to = 0; to < limit; to++) {
                if (samples[from][to] >= MIN_SAMPLES) {
                    latencies[from][to] = cycles[from][to] / samples[from][to];
                } else if (samples[limit][to] >= MIN_SAMPLES) {
                    latencies[from][to] = cycles[limit][to] / samples[limit][to];
                } else {
                    latencies[from][to] = idle(nodes, from, to);
                }
            }
        }
        return latencies;
    }

    private static double idle(NodeTable nodes, int from, int to) {
        if (!nodes.exists(from) || !nodes.exists(to)) {
            return Double.NaN;
        }
        return IDLE_CYCLES * (1 + DISTANCE_TRUTH * (nodes.distance(from, to) / LOCAL_DISTANCE - 1));
    }
}
