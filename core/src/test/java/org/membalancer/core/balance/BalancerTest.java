// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.TableFixture;
import org.membalancer.core.migrate.DryRun;
import org.membalancer.core.migrate.Errno;
import org.membalancer.core.migrate.Executor;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.migrate.FakeKernel;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.NumaPolicy;
import org.membalancer.core.policy.NumaPolicySettings;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.WatchOnly;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.topology.Topologies;

class BalancerTest {
    private static final long BASE = 0x7f00_0020_0000L;
    private static final int PAGES = 512;
    private static final int NOW_EPOCH = 7;
    private static final long NOW_NS = ((long) NOW_EPOCH << TableFixture.EPOCH_SHIFT) + 1_000_000_000L;

    private final FakeKernel kernel = new FakeKernel();

    @Test
    void shouldTakeOneRoundFromTableToPlacement() {
        HeatTable table = hotTable(2048, 2);
        Balancer balancer = new Balancer(new ResidencyReader(kernel, 0), policy(), executor());
        BalanceRound first = balancer.round(NOW_NS, table, Topologies.two());
        assertEquals(PAGES, first.pages(), first.line());
        assertEquals(PAGES * 5.0, first.accesses(), first.line());
        assertEquals(PAGES, first.result().pages(MoveOutcome.MOVED), first.line());
        assertTrue(first.hasMoved(), first.line());
        assertEquals(0, kernel.placeOf(BASE));
        assertEquals("512 pages, 2560.0 samples; 1 of 1 blocks to move (2 MiB); 512 pages asked, 512 moved in 0 ms",
                first.line());
        BalanceRound second = balancer.round(NOW_NS + 1, table, Topologies.two());
        assertFalse(second.hasMoved(), second.line());
        assertEquals("512 pages, 2560.0 samples; 0 of 32 blocks to move (0 B), 32 already on its best node",
                second.line());
        assertEquals(PAGES, balancer.totals().pages(MoveOutcome.MOVED));
        assertEquals(0, balancer.residency().nodeOf(PAGES - 1));
        assertEquals(BASE, balancer.heat().pageAddress(0));
    }

    @Test
    void shouldOnlyWatchOrCountWhenToldSo() {
        HeatTable table = hotTable(2048, 2);
        Balancer watching = new Balancer(new ResidencyReader(kernel, 0), new WatchOnly(), executor());
        assertEquals(0, watching.round(NOW_NS, table, Topologies.two()).result().asked());
        Balancer dry = new Balancer(new ResidencyReader(kernel, 0), policy(), new DryRun(4096));
        BalanceRound round = dry.round(NOW_NS, table, Topologies.two());
        assertEquals(PAGES, round.result().pages(MoveOutcome.DRY_RUN), round.line());
        assertEquals(1, kernel.placeOf(BASE), "nothing moved");
    }

    @Test
    void shouldTakeTablesOfAnyShapeOneAfterAnother() {
        Balancer balancer = new Balancer(new ResidencyReader(kernel, 0), policy(), executor());
        assertEquals(PAGES, balancer.round(NOW_NS, hotTable(1024, 2), Topologies.two()).pages());
        assertEquals(PAGES, balancer.round(NOW_NS, hotTable(4096, 3), Topologies.two()).pages());
        assertEquals(3, balancer.heat().nodeCount());
        assertEquals(PAGES, balancer.round(NOW_NS, hotTable(512, 5), Topologies.two()).pages());
    }

    @Test
    void shouldPlanNothingWherePagesCannotBeAskedFor() {
        PageMover gone = (pid, count, addresses, targets, statuses) -> -Errno.ESRCH;
        Balancer balancer = new Balancer(new ResidencyReader(gone, 4711), policy(), executor());
        BalanceRound round = balancer.round(NOW_NS, hotTable(2048, 2), Topologies.two());
        assertEquals(Errno.ESRCH, round.residencyErrno());
        assertEquals(0, round.plan().considered(), round.line());
        assertEquals("512 pages, 2560.0 samples; nodes of pages not known: errno 3", round.line());
    }

    @Test
    void shouldSayWhyPagesDidNotMove() {
        HeatTable table = hotTable(2048, 2);
        kernel.failCalls(Errno.EPERM);
        Balancer balancer = new Balancer(new ResidencyReader(kernel, 0), policy(), executor());
        assertEquals("512 pages, 2560.0 samples; 1 of 1 blocks to move (2 MiB); 512 pages asked, 512 not permitted in "
                + "0 ms, a call failed with errno 1", balancer.round(NOW_NS, table, Topologies.two()).line());
    }

    private HeatTable hotTable(int slots, int nodeCount) {
        kernel.place(BASE, (long) PAGES * 4096, 1);
        TableFixture fixture = TableFixture.of(slots, nodeCount);
        for (int page = 0; page < PAGES; page++) {
            fixture.slot(PAGES - 1 - page, (BASE >>> 12) + page, NOW_EPOCH, 5);
        }
        return fixture.open();
    }

    private PlanExecutor executor() {
        return new Executor(kernel, 0, new ExecutorSettings(1L << 40, 16_384, 1_000_000_000L), () -> NOW_NS);
    }

    private static PlacementPolicy policy() {
        return new NumaPolicy(NumaPolicySettings.defaults(),
                List.of(new AddressRange(BASE, BASE + (long) PAGES * 4096, "heap")));
    }
}
