// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.membalancer.core.heat.TableFixture;
import org.membalancer.core.migrate.DryRun;
import org.membalancer.core.migrate.FakeKernel;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.LearntMoveCosts;
import org.membalancer.core.policy.NumaPolicySettings;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.report.DecisionReport;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.threads.ThreadHomes;
import org.membalancer.core.threads.ThreadRound;
import org.membalancer.core.topology.Topologies;

/** Pages on node 0, used from there for long, by threads that now are on node 1 and have used a few of them from there. */
class MovedThreadsTest {
    private static final int EPOCH = 700;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long START_NS = (long) EPOCH << TableFixture.EPOCH_SHIFT;
    private static final long BASE = 0x7f00_0020_0000L;
    private static final int PAGES = 512;
    private static final long THREAD_KEY = 1L << 32;
    private static final int[] TIDS = {4711, 4733};
    private static final int USED = 5_000;

    private final FakeKernel kernel = new FakeKernel();
    private final TableFixture heat = TableFixture.of(1024, 2);
    private final TableFixture threads = TableFixture.of(64, 2);
    private final LearntMoveCosts costs = new LearntMoveCosts();
    private ThreadHomes homes;
    private ProcessBalancer balancer;

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NUMA"})
    void shouldBringTheMemoryInTheRoundThatSeesThemStay(PolicyName policy) throws IOException {
        start(policy);
        BalanceRound first = round(0, 1, 1);
        assertEquals(PAGES * 4096L, first.plan().bytes(), first.line());
        StringBuilder text = new StringBuilder();
        DecisionReport.print(first.plan(), ThreadRound.nothing(), text);
        assertTrue(text.toString().contains("note: samples from node 0 count for node 1, where the threads that they came"
                + " from run now"), text.toString());
    }

    @Test
    void shouldLeaveTheMemoryWhereOneOfTwoThreadsIsAtHome() throws IOException {
        start(PolicyName.AUTO);
        for (int second = 0; second < 6; second++) {
            BalanceRound round = round(second, 1, 0);
            assertEquals(List.of(), round.plan().moves(), round.line());
            assertEquals(List.of(), round.plan().notes());
        }
    }

    @Test
    void shouldLeaveTheMemoryOfThreadsThatMayBeSentBack() throws IOException {
        start(PolicyName.AUTOTUNE);
        for (int second = 0; second < 6; second++) {
            BalanceRound round = round(second, 1, 1);
            assertEquals(List.of(), round.plan().moves(), round.line());
        }
    }

    private void start(PolicyName policy) {
        kernel.place(BASE, PAGES * 4096L, 0);
        AddressRange range = new AddressRange(BASE, BASE + PAGES * 4096L, "heap");
        homes = policy.threadHomes();
        balancer = new ProcessBalancer(policy, MemoryPolicies.of(policy, NumaPolicySettings.defaults(), TierRules.none(),
                List.of(range), costs), new ResidencyReader(kernel, 0).ofProcess(100), new DryRun(4096), costs,
                new SampleWorthMeter(new CpuTime(Path.of("no-such-process")), () -> 0));
        for (int i = 0; i < TIDS.length; i++) {
            threads.slot(i, THREAD_KEY | TIDS[i], EPOCH, USED, 0);
        }
        homes.look(threads.openThreads(), START_NS);
        threads.slot(0, THREAD_KEY | TIDS[0], EPOCH, USED + 100, 0).slot(1, THREAD_KEY | TIDS[1], EPOCH, USED + 100, 0);
        homes.look(threads.openThreads(), START_NS + SECOND_NS);
    }

    /** Two seconds and more after the start, with each thread on a node since then. */
    private BalanceRound round(int second, int... nodes) throws IOException {
        long nowNs = START_NS + (2 + second) * SECOND_NS;
        int more = 100 * (1 + second);
        for (int i = 0; i < TIDS.length; i++) {
            threads.slot(i, THREAD_KEY | TIDS[i], EPOCH, USED + 100 + (nodes[i] == 0 ? more : 0), nodes[i] == 1 ? more : 0);
        }
        for (int page = 0; page < PAGES; page++) {
            heat.slot(page, (BASE >>> 12) + page, EPOCH, 20, page % 5 == 0 ? 1 + second / 2 : 0);
        }
        homes.look(threads.openThreads(), nowNs);
        balancer.movedUsers(homes.moved());
        return balancer.round(nowNs, heat.open(), Topologies.two(), Optional.empty(), true);
    }
}
