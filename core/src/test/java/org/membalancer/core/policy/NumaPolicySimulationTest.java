// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.membalancer.core.policy.SimulatedProcess.pages;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

class NumaPolicySimulationTest {
    private static final int SAMPLES_PER_SECOND = 1009;

    @ParameterizedTest
    @CsvSource({"128, 0, 1", "256, 37, 2", "256, 191, 3"})
    void shouldMoveTheHotSetToItsThreadsAndLeaveIt(int mebibytes, int hotStartMebibytes, long seed) {
        SimulatedProcess process = new SimulatedProcess(pages(mebibytes), 2, 1, seed);
        NumaPolicy policy = policy(process);
        int hotStart = pages(hotStartMebibytes);
        int hot = pages(64);
        for (int second = 0; second < 15; second++) {
            process.run(SAMPLES_PER_SECOND, process.hot(hotStart, hot, 0.9), page -> 0);
            process.balance(policy, Topologies.two());
        }
        assertTrue(process.shareOn(hotStart, hot, 0) >= 0.95,
                "share of the hot set on node 0: " + process.shareOn(hotStart, hot, 0));
        long movedPages = process.movedPages();
        assertTrue(movedPages <= hot * 1.1, "pages moved for a hot set of " + hot + ": " + movedPages);
    }

    @Test
    void shouldMoveASmallHotSetThatIsSampledSeldom() {
        SimulatedProcess process = new SimulatedProcess(pages(64), 2, 1, 5);
        NumaPolicy policy = policy(process);
        int hotStart = pages(20) + 300;
        for (int second = 0; second < 30; second++) {
            process.run(97, process.hot(hotStart, pages(16), 0.9), page -> 0);
            process.balance(policy, Topologies.two());
        }
        double share = process.shareOn(hotStart, pages(16), 0);
        assertTrue(share >= 0.95, "share of the hot set on node 0: " + share);
    }

    @Test
    void shouldGiveEachNodeTheHalfThatItUses() {
        SimulatedProcess process = new SimulatedProcess(pages(64), 2, 0, 7);
        NumaPolicy policy = policy(process);
        process.place(0, pages(32), 1);
        for (int second = 0; second < 30; second++) {
            process.run(SAMPLES_PER_SECOND, process.hot(0, pages(64), 1), page -> page < pages(32) ? 0 : 1);
            process.balance(policy, Topologies.two());
        }
        assertTrue(process.shareOn(0, pages(32), 0) >= 0.95, "lower half on 0: " + process.shareOn(0, pages(32), 0));
        assertTrue(process.shareOn(pages(32), pages(32), 1) >= 0.95,
                "upper half on 1: " + process.shareOn(pages(32), pages(32), 1));
        assertTrue(process.movedPages() <= pages(64), "no page moves twice: " + process.movedPages());
    }

    @Test
    void shouldNotFollowThreadsThatChangeNodesAllTheTime() {
        SimulatedProcess process = new SimulatedProcess(pages(64), 2, 0, 11);
        NumaPolicy policy = policy(process);
        for (int second = 0; second < 600; second++) {
            int threadsNodeId = second / 20 % 2;
            process.run(SAMPLES_PER_SECOND, process.hot(0, pages(16), 1), page -> threadsNodeId);
            process.balance(policy, Topologies.two());
        }
        long rounds = process.movedPages() / pages(16);
        assertTrue(rounds <= 8, "times that the hot set moved while its threads moved 30 times: " + rounds);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldMoveNothingThatAllNodesUseAlike(long seed) {
        SimulatedProcess process = new SimulatedProcess(pages(128), 2, 1, seed);
        NumaPolicy policy = policy(process);
        for (int second = 0; second < 120; second++) {
            process.run(SAMPLES_PER_SECOND, process.hot(0, pages(16), 0.9), page -> process.randomNode());
            MigrationPlan plan = process.balance(policy, Topologies.two());
            assertEquals(0, plan.moves().size(), "moves in second " + second + ": " + plan.moves());
        }
    }

    private static NumaPolicy policy(SimulatedProcess process) {
        return new NumaPolicy(NumaPolicySettings.defaults(), process.range());
    }
}
