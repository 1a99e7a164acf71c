// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.membalancer.core.policy.SimulatedProcess.SECOND_NS;
import static org.membalancer.core.policy.SimulatedProcess.address;
import static org.membalancer.core.policy.SimulatedProcess.pages;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.MovedUsers;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

class NumaPolicyTest {
    private static final NumaPolicySettings SETTINGS = NumaPolicySettings.defaults();
    private static final int BLOCK_PAGES = 16;
    private static final int LARGE_PAGES = 512;

    @Test
    void shouldMoveAWholeLargeBlockThatIsDense() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        touch(process, 0, LARGE_PAGES, 5, 3, 0);
        MigrationPlan plan = process.balance(policy(process), Topologies.two());
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        BlockMove move = plan.moves().get(0);
        assertEquals(address(0), move.startAddress(), "move: " + move);
        assertEquals(2L << 20, move.bytes(), "move: " + move);
        assertEquals(1, move.fromNodeId(), "move: " + move);
        assertEquals(0, move.toNodeId(), "move: " + move);
        assertTrue(move.gainPerAccess() > 5 && move.gainPerAccess() <= 11, "move: " + move);
    }

    @Test
    void shouldFollowNewSamplesWhereOldOnesCountForNoNode() {
        HeatSnapshot heat = new HeatSnapshot(2 * LARGE_PAGES, 3);
        Residency residency = new Residency(2 * LARGE_PAGES);
        heat.begin(1_000 * SECOND_NS, 12, SimulatedProcess.EPOCH_SHIFT);
        residency.begin(2 * LARGE_PAGES);
        for (int page = 0; page < 2 * LARGE_PAGES; page++) {
            boolean isOfNode1 = page < LARGE_PAGES;
            heat.add(PageHeat.of(address(page) >>> 12, 20, isOfNode1 ? 1 : 0, isOfNode1 ? 0 : 1));
            residency.set(page, 0);
        }
        heat.sortByAddress();
        NumaPolicy policy = new NumaPolicy(
                SETTINGS, List.of(new AddressRange(address(0), address(2 * LARGE_PAGES), "all")));
        Topology machine = Topologies.weighted(1, 1, 1);
        assertEquals(List.of(), policy.plan(heat.takenAtNs(), heat, residency, machine).moves());
        heat.movedUsers(MovedUsers.of(MovedUsers.NO_NODE, 1, 2));
        MigrationPlan plan = policy.plan(heat.takenAtNs(), heat, residency, machine);
        assertEquals(List.of(1, 2), plan.moves().stream()
                .sorted(Comparator.comparing(BlockMove::startAddress)).map(BlockMove::toNodeId).toList(), "plan: " + plan);
        assertEquals(4L << 20, plan.bytes(), "plan: " + plan);
    }

    @Test
    void shouldMoveOnlyTheHotSmallBlockOfASparseLargeOne() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        touch(process, 5 * BLOCK_PAGES, BLOCK_PAGES, 1, 4, 0);
        MigrationPlan plan = process.balance(policy(process), Topologies.two());
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        assertEquals(address(5 * BLOCK_PAGES), plan.moves().get(0).startAddress(), "plan: " + plan);
        assertEquals(64 << 10, plan.moves().get(0).bytes(), "plan: " + plan);
    }

    @Test
    void shouldLeaveASmallBlockThatWouldRatherStayWhereItIs() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        touch(process, 0, LARGE_PAGES, 1, 9, 0);
        touch(process, 7 * BLOCK_PAGES, BLOCK_PAGES, 1, 90, 1);
        process.balance(policy(process), Topologies.two());
        assertEquals(0, process.shareOn(7 * BLOCK_PAGES, BLOCK_PAGES, 0), "the block that node 1 uses");
        assertEquals(31 * BLOCK_PAGES, process.movedPages(), "all others");
    }

    @Test
    void shouldMoveStragglersWithoutAskingForTheirWholeNeighbourhood() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 0, 1);
        touch(process, 0, LARGE_PAGES, 1, 9, 0);
        process.place(3 * BLOCK_PAGES + 5, 2, 1);
        MigrationPlan plan = process.balance(policy(process), Topologies.two());
        assertEquals(1L << 16, plan.bytes(), "one block of 64 KiB: " + plan);
        assertEquals(1, process.shareOn(0, LARGE_PAGES, 0), "plan: " + plan);
    }

    @Test
    void shouldMoveSinglePagesOfABlockThatTwoNodesShare() {
        SimulatedProcess process = new SimulatedProcess(BLOCK_PAGES, 2, 1, 1);
        touch(process, 3, 1, 1, 80, 0);
        touch(process, 4, 1, 1, 80, 1);
        MigrationPlan plan = process.balance(policy(process), Topologies.two());
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        assertEquals(address(3), plan.moves().get(0).startAddress(), "plan: " + plan);
        assertEquals(4096, plan.moves().get(0).bytes(), "plan: " + plan);
        assertEquals(2, plan.considered(), "both pages are considered: " + plan);
    }

    @Test
    void shouldExplainTheHottestBlocksWhenAsked() {
        SimulatedProcess process = new SimulatedProcess(3 * BLOCK_PAGES, 2, 1, 1);
        touch(process, 0, BLOCK_PAGES, 1, 9, 0);
        touch(process, BLOCK_PAGES, BLOCK_PAGES, 1, 5, 1);
        touch(process, 2 * BLOCK_PAGES, 1, 1, 1, 0);
        NumaPolicy policy = policy(process);
        assertEquals(List.of(), process.plan(policy, Topologies.two()).decisions(), "nobody asked");
        policy.explain(2);
        process.pass(SETTINGS.maxHoldNs());
        touch(process, 0, BLOCK_PAGES, 1, 9, 0);
        touch(process, BLOCK_PAGES, BLOCK_PAGES, 1, 5, 1);
        touch(process, 2 * BLOCK_PAGES, 1, 1, 1, 0);
        List<BlockDecision> decisions = process.plan(policy, Topologies.two()).decisions();
        assertEquals(2, decisions.size(), "" + decisions);
        BlockDecision moves = decisions.get(0);
        assertEquals(Optional.of(MoveReason.NEARER), moves.moved(), "" + moves);
        assertEquals(List.of(144.0, 0.0), moves.samplesByNode(), "" + moves);
        assertTrue(moves.numbers().benefitNs() > moves.numbers().costNs(), "" + moves);
        assertEquals(Optional.of(StayReason.BEST_PLACE), decisions.get(1).stayed(), "" + decisions);
    }

    @Test
    void shouldNotMoveABlockWithTooFewSamples() {
        SimulatedProcess process = new SimulatedProcess(BLOCK_PAGES, 2, 1, 1);
        touch(process, 0, 3, 1, 1, 0);
        assertOnlyReason(StayReason.NOT_SURE, process.plan(policy(process), Topologies.two()), 1);
    }

    @Test
    void shouldNotMoveWhatDoesNotPay() {
        SimulatedProcess process = new SimulatedProcess(BLOCK_PAGES, 2, 1, 1);
        touch(process, 0, 5, 1, 1, 0);
        NumaPolicySettings dear = new NumaPolicySettings(SETTINGS.minSamples(), 1, SETTINGS.minGainShare(),
                SETTINGS.minFreePercent(), SETTINGS.budgetBytes(), SETTINGS.horizonNs(), 100, SETTINGS.holdNs(),
                SETTINGS.maxHoldNs());
        MigrationPlan plan = process.plan(new NumaPolicy(dear, process.range()), Topologies.two());
        assertOnlyReason(StayReason.TOO_DEAR, plan, 1);
    }

    @Test
    void shouldTakeWhatASampleIsWorthForWhatItSaves() {
        SimulatedProcess process = new SimulatedProcess(BLOCK_PAGES, 2, 1, 1);
        touch(process, 0, BLOCK_PAGES, 1, 1, 0);
        NumaPolicy worthLittle = policy(process);
        worthLittle.explain(1);
        worthLittle.sampleWorth(SampleWorth.measured(20_000));
        MigrationPlan timid = process.plan(worthLittle, Topologies.two());
        assertOnlyReason(StayReason.TOO_DEAR, timid, 1);
        NumaPolicy worthMuch = policy(process);
        worthMuch.sampleWorth(SampleWorth.measured(20_000_000));
        MigrationPlan bold = process.plan(worthMuch, Topologies.two());
        assertEquals(1, bold.moves().size(), "plan: " + bold);
        assertEquals(1000, bold.moves().get(0).numbers().benefitNs() / timid.decisions().get(0).numbers().benefitNs(),
                1e-6, "what it saves: " + timid + " " + bold);
        assertEquals(SampleWorth.measured(20_000_000), bold.worth());
    }

    /** Each small block has too few samples to be judged alone; that the large one does not pay is why they stay. */
    @Test
    void shouldSayThatALargeBlockDoesNotPayWhoseSmallOnesHaveFewSamples() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        touchFewOfEach(process, 0, LARGE_PAGES, 0);
        MigrationPlan plan = planWhereLittlePays(process);
        assertOnlyReason(StayReason.TOO_DEAR, plan, LARGE_PAGES / BLOCK_PAGES);
        MoveNumbers numbers = plan.decisions().get(0).numbers();
        assertEquals(BLOCK_PAGES * MoveCosts.unknown().nsPer4KiB(1, 0, 4096), numbers.costNs(), 1e-3, "its own: " + plan);
        assertTrue(numbers.benefitNs() > 0 && numbers.benefitNs() < 2 * numbers.costNs(), "its part: " + plan);
    }

    @Test
    void shouldNotSayThatItIsTooDearToMoveABlockToWhereItLies() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        touchFewOfEach(process, 0, LARGE_PAGES, 0);
        process.place(0, 6 * BLOCK_PAGES, 0);
        MigrationPlan plan = planWhereLittlePays(process);
        assertEquals(6, left(plan, StayReason.NOT_SURE) + left(plan, StayReason.BEST_PLACE), "plan: " + plan);
        assertEquals(26, left(plan, StayReason.TOO_DEAR), "plan: " + plan);
        assertEquals(BLOCK_PAGES * MoveCosts.unknown().nsPer4KiB(1, 0, 4096), plan.decisions().get(0).numbers().costNs(), 1e-3,
                "of a block that would move as a whole: " + plan);
    }

    /** Of the large block most would go to node 0, but a part of 256 KiB is surely used where it lies. */
    @Test
    void shouldNotSayTooDearWhereALevelBetweenIsSureOfSomethingElse() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        touchFewOfEach(process, 4 * BLOCK_PAGES, LARGE_PAGES - 4 * BLOCK_PAGES, 0);
        touchFewOfEach(process, 0, 4 * BLOCK_PAGES, 1);
        MigrationPlan plan = planWhereLittlePays(process);
        assertEquals(4, left(plan, StayReason.NOT_SURE), "plan: " + plan);
        assertEquals(28, left(plan, StayReason.TOO_DEAR), "plan: " + plan);
    }

    @Test
    void shouldNotSayTooDearWhereOnlySomePartsOfALargeBlockHaveSamples() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        for (int small = 0; small < LARGE_PAGES; small += 4 * BLOCK_PAGES) {
            touchFewOfEach(process, small, BLOCK_PAGES, 0);
        }
        assertOnlyReason(StayReason.NOT_SURE, planWhereLittlePays(process), 8);
    }

    private static void touchFewOfEach(SimulatedProcess process, int first, int pages, int nodeId) {
        for (int small = first; small < first + pages; small += BLOCK_PAGES) {
            touch(process, small, 3, 1, 1, nodeId);
        }
    }

    private static MigrationPlan planWhereLittlePays(SimulatedProcess process) {
        NumaPolicy policy = policy(process);
        policy.explain(1);
        policy.sampleWorth(SampleWorth.measured(100_000));
        return process.plan(policy, Topologies.two());
    }

    /** Four samples may be chance: what counts is how many are sure, and neighbours tell. */
    @Test
    void shouldCountOnSamplesThatAreSure() {
        int straggler = 3 * BLOCK_PAGES;
        SimulatedProcess amidCold = new SimulatedProcess(LARGE_PAGES, 2, 0, 1);
        touch(amidCold, straggler, 4, 1, 1, 0);
        amidCold.place(straggler, BLOCK_PAGES / 2, 1);
        assertOnlyReason(StayReason.TOO_DEAR, amidCold.plan(lessSure(amidCold), Topologies.two()), 1);
        SimulatedProcess amidHot = new SimulatedProcess(LARGE_PAGES, 2, 0, 1);
        touch(amidHot, 0, LARGE_PAGES, 4, 1, 0);
        amidHot.place(straggler, BLOCK_PAGES / 2, 1);
        MigrationPlan plan = amidHot.plan(lessSure(amidHot), Topologies.two());
        assertEquals(List.of(address(straggler)), plan.moves().stream().map(BlockMove::startAddress).toList(), "" + plan);
        assertEquals(4, plan.moves().get(0).numbers().accesses(), "as many samples as amid cold ones: " + plan);
    }

    private static NumaPolicy lessSure(SimulatedProcess process) {
        return new NumaPolicy(new NumaPolicySettings(SETTINGS.minSamples(), 1, SETTINGS.minGainShare(),
                SETTINGS.minFreePercent(), SETTINGS.budgetBytes(), SETTINGS.horizonNs(), SETTINGS.minBenefitPerCost(),
                SETTINGS.holdNs(), SETTINGS.maxHoldNs()), process.range());
    }

    @Test
    void shouldTakeASampleForAMillisecondUntilTold() {
        SimulatedProcess process = new SimulatedProcess(BLOCK_PAGES, 2, 1, 1);
        touch(process, 0, BLOCK_PAGES, 1, 9, 0);
        MigrationPlan untold = process.plan(policy(process), Topologies.two());
        NumaPolicy told = policy(process);
        told.sampleWorth(SampleWorth.measured(1_000_000));
        assertEquals(1, untold.moves().size(), "plan: " + untold);
        assertEquals(process.plan(told, Topologies.two()).moves(), untold.moves());
        assertEquals(SampleWorth.unknown(), untold.worth());
    }

    @Test
    void shouldLeaveWhatLiesRight() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 0, 1);
        touch(process, 0, LARGE_PAGES, 1, 2, 0);
        assertOnlyReason(StayReason.BEST_PLACE, process.plan(policy(process), Topologies.two()), 32);
    }

    @Test
    void shouldKeepTheReserveOfTheTargetAfterAllMoves() {
        SimulatedProcess process = new SimulatedProcess(4 * LARGE_PAGES, 2, 1, 1);
        touch(process, 0, 4 * LARGE_PAGES, 1, 3, 0);
        long reserve = Topologies.NODE_BYTES / 10 + 1;
        Topology topology = Topologies.withFree(Topologies.two(), 0, reserve + (5L << 20));
        MigrationPlan plan = process.plan(policy(process), topology);
        assertEquals(2, plan.moves().size(), "2 of 4 blocks of 2 MiB fit into 5 MiB: " + plan);
        assertEquals(2, left(plan, StayReason.TARGET_FULL), "plan: " + plan);
    }

    @Test
    void shouldGoToTheSecondBestNodeWhenTheBestIsFull() {
        int[][] distances = {{10, 16, 32}, {16, 10, 32}, {32, 32, 10}};
        Topology topology = Topologies.withFree(
                Topologies.of(distances, Topologies.NODE_BYTES, 0, 1, 2), 0, 1 << 20);
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 3, 2, 1);
        touch(process, 0, LARGE_PAGES, 1, 3, 0);
        MigrationPlan plan = process.plan(policy(process), topology);
        assertEquals(List.of(1), plan.moves().stream().map(BlockMove::toNodeId).toList(), "plan: " + plan);
    }

    @Test
    void shouldBringPagesFromAMemoryOnlyNodeToTheirThreads() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 3, 2, 1);
        touch(process, 0, LARGE_PAGES, 1, 3, 0);
        MigrationPlan plan = process.plan(policy(process), Topologies.withMemoryOnlyNode());
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        assertEquals(2, plan.moves().get(0).fromNodeId(), "plan: " + plan);
        assertEquals(0, plan.moves().get(0).toNodeId(), "plan: " + plan);
    }

    @Test
    void shouldNotSendPagesToAMemoryOnlyNode() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 3, 1, 1);
        touch(process, 0, LARGE_PAGES, 1, 3, 0);
        touch(process, 0, LARGE_PAGES, 1, 3, 1);
        MigrationPlan plan = process.plan(policy(process), Topologies.withMemoryOnlyNode());
        assertEquals(List.of(), plan.moves(), "plan: " + plan);
    }

    @Test
    void shouldKnowNodesByIdWhereIdsHaveGaps() {
        Topology topology = Topologies.of(new int[][] {{10, 20}, {20, 10}}, Topologies.NODE_BYTES, 1, 5);
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 6, 1, 1);
        touch(process, 0, LARGE_PAGES, 1, 3, 5);
        touch(process, 0, LARGE_PAGES, 1, 9, 3);
        MigrationPlan plan = process.plan(policy(process), topology);
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        assertEquals(1, plan.moves().get(0).fromNodeId(), "plan: " + plan);
        assertEquals(5, plan.moves().get(0).toNodeId(), "samples of a node that is gone do not count: " + plan);
    }

    @Test
    void shouldMoveNothingOutsideTheRangesAndTrimBlocksToThem() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        touch(process, 0, LARGE_PAGES, 1, 3, 0);
        List<AddressRange> inner = List.of(new AddressRange(address(10) + 1, address(300) + 5, "inner"));
        MigrationPlan plan = process.plan(new NumaPolicy(SETTINGS, inner), Topologies.two());
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        assertEquals(address(11), plan.moves().get(0).startAddress(), "plan: " + plan);
        assertEquals(289 * 4096, plan.moves().get(0).bytes(), "plan: " + plan);
        long outside = 1 + (LARGE_PAGES - 300 + BLOCK_PAGES - 1) / BLOCK_PAGES;
        assertEquals(outside, left(plan, StayReason.OUT_OF_RANGE), "plan: " + plan);
    }

    @Test
    void shouldPlanTheMostValuableWithinTheBudget() {
        SimulatedProcess process = new SimulatedProcess(4 * LARGE_PAGES, 2, 1, 1);
        touch(process, 0, 4 * LARGE_PAGES, 1, 2, 0);
        touch(process, 2 * LARGE_PAGES, LARGE_PAGES, 1, 5, 0);
        NumaPolicySettings small = SETTINGS.withBudgetBytes(3 << 20);
        MigrationPlan plan = process.plan(new NumaPolicy(small, process.range()), Topologies.two());
        assertEquals(List.of(address(2 * LARGE_PAGES)),
                plan.moves().stream().map(BlockMove::startAddress).toList(), "plan: " + plan);
        assertEquals(3, left(plan, StayReason.OVER_BUDGET), "plan: " + plan);
    }

    @Test
    void shouldPlanOneBlockThatIsLargerThanTheBudget() {
        SimulatedProcess process = new SimulatedProcess(2 * LARGE_PAGES, 2, 1, 1);
        touch(process, 0, 2 * LARGE_PAGES, 1, 3, 0);
        MigrationPlan plan = process.plan(
                new NumaPolicy(SETTINGS.withBudgetBytes(1), process.range()), Topologies.two());
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        assertEquals(1, left(plan, StayReason.OVER_BUDGET), "plan: " + plan);
    }

    @Test
    void shouldHoldABlockBeforeItGoesBackAndTwiceAsLongTheNextTime() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        NumaPolicy policy = policy(process);
        touch(process, 0, LARGE_PAGES, 1, 8, 0);
        assertEquals(1, process.balance(policy, Topologies.two()).moves().size(), "first move");
        long firstHoldSeconds = secondsUntilMove(process, policy, 1);
        long secondHoldSeconds = secondsUntilMove(process, policy, 0);
        assertEquals(SETTINGS.holdNs() / SECOND_NS, firstHoldSeconds, "hold after the first move");
        assertEquals(2 * SETTINGS.holdNs() / SECOND_NS, secondHoldSeconds, "hold after a reversal");
    }

    @Test
    void shouldFollowAProcessThatChangesNodesNowAndThen() {
        int blocks = 20;
        SimulatedProcess process = new SimulatedProcess(blocks * LARGE_PAGES, 2, 1, 1);
        NumaPolicy policy = policy(process);
        long restNs = SETTINGS.holdNs() * 7 / 2;
        for (int change = 0; change < 4; change++) {
            touch(process, 0, blocks * LARGE_PAGES, 1, 200, change % 2);
            assertEquals(blocks, process.balance(policy, Topologies.two()).moves().size(), "change " + change);
            process.pass(restNs);
        }
    }

    @Test
    void shouldPauseAProcessWhoseMemoryKeepsGoingBack() {
        int blocks = 20;
        SimulatedProcess process = new SimulatedProcess(blocks * LARGE_PAGES, 2, 1, 1);
        NumaPolicy policy = policy(process);
        touch(process, 0, blocks * LARGE_PAGES, 8, 20, 0);
        assertEquals(blocks, process.balance(policy, Topologies.two()).moves().size(), "there");
        process.pass(SETTINGS.holdNs());
        touch(process, 0, blocks * LARGE_PAGES, 8, 200, 1);
        assertEquals(blocks, process.balance(policy, Topologies.two()).moves().size(), "and back");
        process.pass(2 * SETTINGS.holdNs());
        touch(process, 0, blocks * LARGE_PAGES, 8, 2000, 0);
        assertOnlyReason(StayReason.PAUSED, process.plan(policy, Topologies.two()), blocks);
        process.pass(2 * SETTINGS.holdNs());
        touch(process, 0, blocks * LARGE_PAGES, 8, 2000, 0);
        assertEquals(blocks, process.balance(policy, Topologies.two()).moves().size(), "after the pause");
    }

    @Test
    void shouldRetryPagesThatDidNotMoveWithoutHoldingThem() {
        SimulatedProcess process = new SimulatedProcess(LARGE_PAGES, 2, 1, 1);
        NumaPolicy policy = policy(process);
        touch(process, 0, LARGE_PAGES, 1, 8, 0);
        assertEquals(1, process.plan(policy, Topologies.two()).moves().size(), "first try");
        process.pass(SECOND_NS);
        assertEquals(1, process.plan(policy, Topologies.two()).moves().size(), "next round tries again");
        process.pass(SECOND_NS / 2);
        assertOnlyReason(StayReason.HELD, process.plan(policy, Topologies.two()), 1);
    }

    @Test
    void shouldSayThatPagesAreNotPresent() {
        SimulatedProcess process = new SimulatedProcess(BLOCK_PAGES, 2, Residency.NOT_PRESENT, 1);
        touch(process, 0, BLOCK_PAGES, 1, 3, 0);
        assertOnlyReason(StayReason.NOT_PRESENT, process.plan(policy(process), Topologies.two()), 1);
    }

    @Test
    void shouldCountStallsWhereThereAreNoAccesses() {
        HeatSnapshot heat = new HeatSnapshot(BLOCK_PAGES, 2);
        heat.begin(0, 12, 33);
        Residency residency = new Residency(BLOCK_PAGES);
        for (int page = 0; page < BLOCK_PAGES; page++) {
            heat.add(new PageHeat(address(page) >>> 12, 0, new int[0], new int[] {9}, 0, 0, 0));
        }
        heat.sortByAddress();
        residency.begin(BLOCK_PAGES);
        for (int i = 0; i < BLOCK_PAGES; i++) {
            residency.set(i, 1);
        }
        List<AddressRange> range = List.of(new AddressRange(address(0), address(BLOCK_PAGES), "all"));
        MigrationPlan plan = new NumaPolicy(SETTINGS, range).plan(0, heat, residency, Topologies.two());
        assertEquals(1, plan.moves().size(), "plan: " + plan);
        assertEquals(9.0 * BLOCK_PAGES, plan.moves().get(0).accesses(), "plan: " + plan);
    }

    @Test
    void shouldRefuseHeatThatIsNotSorted() {
        HeatSnapshot heat = new HeatSnapshot(1, 2);
        heat.begin(0, 12, 33);
        NumaPolicy policy = new NumaPolicy(SETTINGS, List.of());
        assertThrows(IllegalArgumentException.class,
                () -> policy.plan(0, heat, new Residency(1), Topologies.two()));
    }

    @Test
    void shouldGiveTheSamePlanForTheSameInputs() {
        assertEquals(planOfSeed(3), planOfSeed(3));
    }

    private static MigrationPlan planOfSeed(long seed) {
        SimulatedProcess process = new SimulatedProcess(pages(16), 2, 1, seed);
        process.run(2003, process.hot(0, pages(4), 0.9), page -> 0);
        return process.plan(policy(process), Topologies.two());
    }

    /** Seconds of accesses from one node only, until the policy moves the process's memory. */
    private static long secondsUntilMove(SimulatedProcess process, NumaPolicy policy, int threadsNodeId) {
        for (long seconds = 1; seconds < 1000; seconds++) {
            process.pass(SECOND_NS);
            touch(process, 0, LARGE_PAGES, 1, 200, threadsNodeId);
            if (!process.balance(policy, Topologies.two()).moves().isEmpty()) {
                return seconds;
            }
        }
        throw new AssertionError("never moved");
    }

    private static void touch(
            SimulatedProcess process, int firstPage, int pages, int everyPages, int times, int nodeId) {
        for (int page = firstPage; page < firstPage + pages; page += everyPages) {
            for (int i = 0; i < times; i++) {
                process.access(page, nodeId);
            }
        }
    }

    private static void assertOnlyReason(StayReason reason, MigrationPlan plan, long blocks) {
        assertEquals(List.of(), plan.moves(), "plan: " + plan);
        assertEquals(blocks, left(plan, reason), reason + " in " + plan);
        assertEquals(blocks, plan.considered(), "plan: " + plan);
    }

    private static long left(MigrationPlan plan, StayReason reason) {
        return plan.left().get(reason.ordinal());
    }

    private static NumaPolicy policy(SimulatedProcess process) {
        return new NumaPolicy(SETTINGS, process.range());
    }
}
