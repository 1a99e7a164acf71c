// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Tier;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

class AutoPolicyTest {
    private static final NumaPolicySettings SETTINGS = NumaPolicySettings.defaults();
    private static final NodeLatencies QUIET = NodeLatencies.of(new double[][] {{90, 149}, {149, 90}});
    private static final NodeLatencies NODE_0_IS_LATE = NodeLatencies.of(new double[][] {{140, 230}, {149, 90}});
    private static final int PAGES = 2048;
    private static final int SAMPLES = 16_000;
    private static final long SECOND_NS = SimulatedProcess.SECOND_NS;

    private static AutoPolicy policy(SimulatedProcess process, TierRules rules) {
        return new AutoPolicy(SETTINGS, rules, process.range(), MoveCosts.unknown());
    }

    /** A policy does nothing about load before it has been late in two rounds, and known for a second. */
    private static void waitForLoad(SimulatedProcess process, AutoPolicy policy, Topology machine) {
        assertEquals(List.of(), process.balance(policy, machine).moves());
        process.run(SAMPLES, draw -> draw % PAGES, page -> process.randomNode());
    }

    private static void waitForLoadOfNode0(SimulatedProcess process, AutoPolicy policy, Topology machine) {
        assertEquals(List.of(), process.balance(policy, machine).moves());
        process.run(SAMPLES, draw -> draw % PAGES, page -> 0);
    }

    /** Everything on node 0, used by both nodes alike. */
    private static SimulatedProcess shared() {
        SimulatedProcess process = new SimulatedProcess(PAGES, 2, 0, 1);
        process.run(SAMPLES, draw -> draw % PAGES, page -> process.randomNode());
        return process;
    }

    @Test
    void shouldSpreadWhatAllUseOnceTheirControllerIsLate() {
        SimulatedProcess process = shared();
        AutoPolicy policy = policy(process, TierRules.none());
        policy.latencies(NODE_0_IS_LATE);
        waitForLoad(process, policy, Topologies.two());
        MigrationPlan plan = process.balance(policy, Topologies.two());
        assertTrue(plan.moves().stream().allMatch(move -> move.reason() == MoveReason.SPREAD), "" + plan);
        assertEquals(0.5, process.shareOn(0, PAGES, 1), 0.05, "half of it: " + plan);
        assertEquals(List.of(), process.balance(policy, Topologies.two()).moves(), "even now");
    }

    @Test
    void shouldSpreadByTheWeightsOfNodes() {
        SimulatedProcess process = shared();
        AutoPolicy policy = policy(process, TierRules.none());
        Topology machine = Topologies.weighted(3, 1);
        policy.latencies(NODE_0_IS_LATE);
        waitForLoad(process, policy, machine);
        process.balance(policy, machine);
        assertEquals(0.25, process.shareOn(0, PAGES, 1), 0.03, "a quarter: node 0 has three times the bandwidth");
        assertEquals(List.of(), process.balance(policy, machine).moves(), "that is even enough");
    }

    @Test
    void shouldSpreadOverSeveralNodesAtOnce() {
        SimulatedProcess process = new SimulatedProcess(PAGES, 3, 0, 1);
        process.run(SAMPLES, draw -> draw % PAGES, page -> process.randomNode());
        AutoPolicy policy = policy(process, TierRules.none());
        Topology machine = Topologies.weighted(3, 2, 1);
        policy.latencies(NodeLatencies.of(new double[][] {{140, 149, 149}, {230, 90, 149}, {230, 149, 90}}));
        waitForLoad(process, policy, machine);
        process.balance(policy, machine);
        assertEquals(2 / 6.0, process.shareOn(0, PAGES, 1), 0.03);
        assertEquals(1 / 6.0, process.shareOn(0, PAGES, 2), 0.03);
    }

    @Test
    void shouldNotSpreadWhereTheControllerIsNotLateOrNobodyKnows() {
        SimulatedProcess process = shared();
        AutoPolicy policy = policy(process, TierRules.none());
        for (int round = 0; round < 5; round++) {
            assertEquals(List.of(), process.plan(policy, Topologies.two()).moves(), "no latency is known");
        }
        policy.latencies(QUIET);
        for (int round = 0; round < 5; round++) {
            assertEquals(List.of(), process.plan(policy, Topologies.two()).moves(), "both answer at once");
        }
    }

    @Test
    void shouldNotSpreadWhatOneNodeUses() {
        SimulatedProcess process = new SimulatedProcess(PAGES, 2, 0, 1);
        process.run(SAMPLES, draw -> draw % PAGES, page -> 0);
        AutoPolicy policy = policy(process, TierRules.none());
        policy.latencies(NODE_0_IS_LATE);
        for (int round = 0; round < 5; round++) {
            MigrationPlan plan = process.plan(policy, Topologies.two());
            assertTrue(plan.moves().stream().noneMatch(move -> move.reason() == MoveReason.SPREAD), "" + plan);
        }
    }

    @Test
    void shouldNotBelieveALateAnswerThatDoesNotLast() {
        SimulatedProcess process = shared();
        AutoPolicy policy = policy(process, TierRules.none());
        for (int round = 0; round < 30; round++) {
            policy.latencies(round % 2 == 1 ? QUIET : NODE_0_IS_LATE);
            assertEquals(List.of(), process.plan(policy, Topologies.two()).moves(), "round " + round);
        }
    }

    @Test
    void shouldRelieveAFastTierThatIsSlowerThanTheSlowOne() {
        SimulatedProcess process = usedFromNode0();
        AutoPolicy policy = tiered(process);
        policy.latencies(latencies(360, 180));
        waitForLoadOfNode0(process, policy, tieredMachine());
        MigrationPlan plan = process.balance(policy, tieredMachine());
        assertTrue(plan.moves().stream().allMatch(move -> move.reason() == MoveReason.RELIEVED), "" + plan);
        assertEquals(0.25, process.shareOn(0, PAGES, 2), 0.05, "half of the excess of one half");
        policy.latencies(latencies(110, 185));
        for (int round = 0; round < 5; round++) {
            process.run(SAMPLES, draw -> draw % PAGES, page -> 0);
            assertEquals(List.of(), process.balance(policy, tieredMachine()).moves(), "round " + round);
        }
    }

    @Test
    void shouldNotGoOnRelievingWhatDoesNotGetFaster() {
        SimulatedProcess process = usedFromNode0();
        AutoPolicy policy = tiered(process);
        policy.latencies(latencies(360, 180));
        waitForLoadOfNode0(process, policy, tieredMachine());
        process.balance(policy, tieredMachine());
        policy.latencies(latencies(360, 360));
        double moved = process.shareOn(0, PAGES, 2);
        for (int round = 0; round < 5; round++) {
            process.run(SAMPLES, draw -> draw % PAGES, page -> 0);
            process.balance(policy, tieredMachine());
        }
        assertEquals(moved, process.shareOn(0, PAGES, 2), 0.01, "neither further nor back");
    }

    @Test
    void shouldPromoteAgainWhenTheLoadIsGone() {
        SimulatedProcess process = usedFromNode0();
        AutoPolicy policy = tiered(process);
        policy.latencies(latencies(360, 180));
        waitForLoadOfNode0(process, policy, tieredMachine());
        process.balance(policy, tieredMachine());
        for (int round = 0; round < 40; round++) {
            policy.latencies(round < 20 ? latencies(130, 180) : latencies(90, 176));
            process.run(SAMPLES, draw -> draw % PAGES, page -> 0);
            process.balance(policy, tieredMachine());
        }
        assertEquals(1, process.shareOn(0, PAGES, 0), 0.05, "back in the fast tier");
    }

    @Test
    void shouldNotRelieveWhatIsOnlyFar() {
        SimulatedProcess process = new SimulatedProcess(PAGES, 2, 0, 1);
        process.run(SAMPLES, draw -> draw % PAGES, page -> 1);
        AutoPolicy policy = policy(process, TierRules.none());
        policy.latencies(QUIET);
        MigrationPlan plan = process.balance(policy, Topologies.two());
        assertTrue(plan.moves().stream().allMatch(move -> move.reason() == MoveReason.NEARER), "" + plan);
        assertEquals(1, process.shareOn(0, PAGES, 1), "" + plan);
    }

    @Test
    void shouldKeepMemoryWithinItsTierForDistance() {
        SimulatedProcess process = new SimulatedProcess(PAGES, 3, 2, 1);
        process.run(SAMPLES, draw -> draw % PAGES, page -> 0);
        AutoPolicy policy = new AutoPolicy(SETTINGS, TierSpec.parse("fast:0,1; slow:2 promote=none"), process.range(),
                MoveCosts.unknown());
        assertEquals(List.of(), process.plan(policy, Topologies.withMemoryOnlyNode()).moves());
    }

    @Test
    void shouldSayWhatItWeighedBy() {
        HeatSnapshot heat = new HeatSnapshot(1, 2);
        heat.begin(1L << 40, 12, 33);
        heat.weighBy(HeatWeight.MISS_LATENCY, 256);
        heat.add(PageHeat.of(7, 1));
        heat.sortByAddress();
        Residency residency = new Residency(1);
        residency.begin(1);
        AutoPolicy policy = new AutoPolicy(SETTINGS, TierRules.none(), List.of(), MoveCosts.unknown());
        assertEquals(HeatWeight.MISS_LATENCY, policy.plan(1L << 40, heat, residency, Topologies.two()).weight());
    }

    @Test
    void shouldTakeLatenciesOfSamplesBeforeThoseOfAProbe() {
        assertTrue(decidedUnder(HeatWeight.COUNTS, 3, SECOND_NS).size() > 0, "node 0 is late to the probe");
        assertEquals(0, decidedUnder(HeatWeight.MISS_LATENCY, 3, SECOND_NS).size(), "samples say that it is not");
    }

    @Test
    void shouldWaitASecondBeforeAStepHoweverSoonRoundsCome() {
        assertEquals(0, decidedUnder(HeatWeight.COUNTS, 9, SECOND_NS / 10).size());
        int ofOneStep = decidedUnder(HeatWeight.COUNTS, 11, SECOND_NS / 10).size();
        assertTrue(ofOneStep > 0, "the first step");
        assertEquals(ofOneStep, decidedUnder(HeatWeight.COUNTS, 18, SECOND_NS / 10).size(), "nothing moved: the next one waits");
        assertTrue(decidedUnder(HeatWeight.COUNTS, 50, SECOND_NS / 10).size() > ofOneStep, "once more");
    }

    /** Shared memory on node 0 that a probe finds late, and whose samples, where they tell, do not wait for it. */
    private static List<BlockMove> decidedUnder(HeatWeight weight, int rounds, long apartNs) {
        HeatSnapshot heat = new HeatSnapshot(PAGES, 2);
        Residency residency = new Residency(PAGES);
        heat.begin(1L << 40, 12, 33);
        heat.weighBy(weight, 256);
        residency.begin(PAGES);
        for (int page = 0; page < PAGES; page++) {
            heat.add(new PageHeat(512 + page, 0, new int[] {8, 8}, new int[] {8, 8}, 200, 0, 0));
            residency.set(page, 0);
        }
        heat.sortByAddress();
        AutoPolicy policy = new AutoPolicy(SETTINGS, TierRules.none(),
                List.of(new AddressRange(512 << 12, 512 + PAGES << 12, "all")), MoveCosts.unknown());
        List<BlockMove> moves = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            policy.latencies(NODE_0_IS_LATE);
            moves.addAll(policy.plan((1L << 40) + round * apartNs, heat, residency, Topologies.two()).moves());
        }
        return moves;
    }

    private static SimulatedProcess usedFromNode0() {
        SimulatedProcess process = new SimulatedProcess(PAGES, 3, 0, 1);
        process.run(SAMPLES, draw -> draw % PAGES, page -> 0);
        return process;
    }

    private static AutoPolicy tiered(SimulatedProcess process) {
        return policy(process, TierRules.of(List.of(Tier.of(0, 1), Tier.of(2))));
    }

    private static Topology tieredMachine() {
        return Topologies.withMemoryOnlyNode();
    }

    private static NodeLatencies latencies(double fast, double slow) {
        return NodeLatencies.of(new double[][] {{fast, 400, slow}, {400, fast, slow}, {400, 400, 400}});
    }
}
