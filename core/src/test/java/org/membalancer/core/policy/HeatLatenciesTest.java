// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topologies;

class HeatLatenciesTest {
    private static final NodeTable NODES = new NodeTable(Topologies.two(), 10);

    private final HeatSnapshot heat = new HeatSnapshot(8, 2);
    private final Residency residency = new Residency(8);

    @Test
    void shouldKnowNothingFromCounts() {
        begin(HeatWeight.COUNTS);
        page(0, 400, 100, 0);
        assertTrue(of().isUnknown());
    }

    @Test
    void shouldTellPairsOfNodesApartByPagesOfOneUser() {
        begin(HeatWeight.MISS_LATENCY);
        page(0, 300, 100, 0);
        page(0, 500, 0, 100);
        NodeLatencies latencies = of();
        assertEquals(300, latencies.between(0, 0));
        assertEquals(500, latencies.between(1, 0));
    }

    @Test
    void shouldTakeTheMixtureWhereAPairHasNoPageOfItsOwn() {
        begin(HeatWeight.MISS_LATENCY);
        page(0, 300, 100, 0);
        page(0, 420, 100, 100);
        assertEquals(300, of().between(0, 0));
        assertEquals(420, of().between(1, 0));
    }

    @Test
    void shouldTakeANodeWithoutSamplesForIdle() {
        begin(HeatWeight.MISS_LATENCY);
        page(0, 900, 100, 0);
        page(1, 900, 10, 0);
        NodeLatencies latencies = of();
        assertTrue(latencies.between(1, 1) < 900 && latencies.between(1, 1) < latencies.between(0, 1),
                latencies.between(1, 1) + " " + latencies.between(0, 1));
    }

    private void begin(HeatWeight weight) {
        heat.begin(1L << 40, 12, 33);
        heat.weighBy(weight, 256);
        residency.begin(8);
    }

    private void page(int nodeId, int latencyCycles, int... accesses) {
        residency.set(heat.pageCount(), nodeId);
        heat.add(new PageHeat(100 + heat.pageCount(), 0, accesses, new int[] {50, 50}, latencyCycles, 0, 0));
    }

    private NodeLatencies of() {
        return HeatLatencies.of(heat, residency, NODES);
    }
}
