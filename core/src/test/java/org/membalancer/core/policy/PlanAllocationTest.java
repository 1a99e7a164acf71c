// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Tier;
import org.membalancer.core.topology.Topologies;

/** Allocation does not depend on how busy the machine is, so that it can be asserted where time cannot. */
class PlanAllocationTest {
    private static final int PAGES = 1_000_000;
    private static final long FIRST_PAGE = 0x7f_0000_0000L;
    private static final long MOST_BYTES = 64 << 20;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPlanOverAMillionPagesInSixtyFourMebibytes(boolean hasTiers) {
        HeatSnapshot heat = new HeatSnapshot(PAGES, 3);
        Residency residency = new Residency(PAGES);
        heat.begin(1L << 41, 12, 33);
        for (int page = 0; page < PAGES; page++) {
            heat.add(PageHeat.of(FIRST_PAGE + page, 1 + page % 3, page % 2));
        }
        heat.sortByAddress();
        residency.begin(PAGES);
        for (int page = 0; page < PAGES; page++) {
            residency.set(page, 1 + page / 4096 % 2);
        }
        AutoPolicy policy = new AutoPolicy(NumaPolicySettings.defaults(),
                hasTiers ? TierRules.of(List.of(Tier.of(0, 1), Tier.of(2))) : TierRules.none(),
                List.of(new AddressRange(FIRST_PAGE << 12, FIRST_PAGE + PAGES << 12, "all")), MoveCosts.unknown());
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        MigrationPlan plan = policy.plan(1L << 41, heat, residency, Topologies.withMemoryOnlyNode());
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertFalse(plan.moves().isEmpty(), "the plan is empty");
        assertTrue(bytes <= MOST_BYTES, "allocated " + bytes);
    }
}
