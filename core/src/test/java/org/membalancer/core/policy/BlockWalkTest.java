// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topologies;

class BlockWalkTest {
    private static final long FIRST_PAGE = 0x7f_0000_0000L;

    /** A part of the pages is looked at where there are many: of so many every 4th, 32nd and 61st. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 70_000, 530_000, 1_000_000})
    void shouldSeeAllNodesOfInterleavedMemory(int pageCount) {
        HeatSnapshot heat = new HeatSnapshot(pageCount, 2);
        Residency residency = new Residency(pageCount);
        heat.begin(1L << 41, 12, 33);
        residency.begin(pageCount);
        for (int page = 0; page < pageCount; page++) {
            heat.add(page % 2 == 0 ? PageHeat.of(FIRST_PAGE + page, 3, 0) : PageHeat.of(FIRST_PAGE + page, 0, 3));
            residency.set(page, page % 2);
        }
        heat.sortByAddress();
        NodeTable nodes = new NodeTable(Topologies.two(), 10, TierRules.none());
        MovableRanges ranges = MovableRanges.of(
                List.of(new AddressRange(FIRST_PAGE << 12, FIRST_PAGE + pageCount << 12, "all")));
        NumaPolicySettings settings = NumaPolicySettings.defaults();
        BlockWalk walk = new BlockWalk(heat, residency, ranges, nodes,
                new Judge(settings, nodes, MoveCosts.unknown(), SampleWorth.unknown(), new HeatWindow().note(heat), true),
                new PlanDraft(new DecisionLog(0)));
        BlockTally all = walk.tallyAll();
        double half = 1.5 * pageCount;
        for (int nodeId = 0; nodeId < 2; nodeId++) {
            assertEquals(half, all.samplesFrom(nodeId), 0.05 * half, "used from node " + nodeId);
            assertEquals(half, all.samplesAt(nodeId), 0.05 * half, "lies on node " + nodeId);
        }
    }
}
