// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.membalancer.core.migrate.FakeKernel.PAGE_BYTES;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.StayReason;

class ExecutorTest {
    private static final long BASE = 0x7f00_0000_0000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int BATCH = ExecutorSettings.MIN_BATCH_PAGES;

    private final FakeKernel kernel = new FakeKernel();
    private long nowNs = 17 * SECOND_NS;

    @Test
    void shouldMoveEveryPageInLargeCallsAndSkipThoseThere() {
        kernel.place(BASE, 40_009L * PAGE_BYTES, 1);
        kernel.place(BASE, 7L * PAGE_BYTES, 0);
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 40_009, 0)));
        assertEquals(40_002, result.pages(MoveOutcome.MOVED), "result: " + result);
        assertEquals(7, result.pages(MoveOutcome.ALREADY_THERE), "result: " + result);
        assertEquals(40_002L * PAGE_BYTES, result.movedBytes(), "result: " + result);
        assertEquals(List.of(BATCH, BATCH, 40_002 - 2 * BATCH), kernel.moveCalls());
        assertEquals(kernel.moveCalls().size() + kernel.queryCalls(), result.calls(), "result: " + result);
    }

    @ParameterizedTest
    @CsvSource({"14, ZERO_OR_UNMAPPED", "16, BUSY", "13, SHARED_OR_DENIED", "12, NO_MEMORY", "5, OTHER"})
    void shouldCountEachErrnoOfAPageAsItsOutcome(int errno, MoveOutcome outcome) {
        kernel.place(BASE, 13L * PAGE_BYTES, 1);
        kernel.fail(BASE + 3 * PAGE_BYTES, errno);
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 13, 0)));
        assertEquals(1, result.pages(outcome), "result: " + result);
        assertEquals(12, result.pages(MoveOutcome.MOVED), "result: " + result);
    }

    @Test
    void shouldCountAbsentPagesWithoutMovingThem() {
        kernel.place(BASE, 5L * PAGE_BYTES, 1);
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 11, 0)));
        assertEquals(6, result.pages(MoveOutcome.NOT_PRESENT), "result: " + result);
        assertEquals(5, result.pages(MoveOutcome.MOVED), "result: " + result);
        assertEquals(List.of(5), kernel.moveCalls());
    }

    @Test
    void shouldCountAHugePageAsMovedThoughItAnsweredBusy() {
        kernel.place(BASE, 512L * PAGE_BYTES, 1);
        for (int page = 1; page < 512; page++) {
            kernel.answerBusyThoughMoved(BASE + (long) page * PAGE_BYTES);
        }
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 512, 0)));
        assertEquals(512, result.pages(MoveOutcome.MOVED), "result: " + result);
    }

    @Test
    void shouldMeasureHowFastPagesMoveByPairOfNodesAndSizeOfPage() {
        kernel.place(BASE, 512L * PAGE_BYTES, 1);
        kernel.place(BASE + 512L * PAGE_BYTES, 512L * PAGE_BYTES, 0);
        for (int page = 1; page < 512; page++) {
            kernel.answerBusyThoughMoved(BASE + (long) page * PAGE_BYTES);
        }
        kernel.afterMove(() -> nowNs += 1_024_000);
        List<String> learnt = new ArrayList<>();
        Executor executor = new Executor(kernel, 0, new ExecutorSettings(1L << 40, BATCH, SECOND_NS), () -> nowNs,
                (from, to, pageBytes, movedBytes, elapsedNs) ->
                        learnt.add(from + "->" + to + " " + pageBytes + " " + movedBytes + " " + elapsedNs));
        executor.execute(plan(block(0, 512, 0), block(512, 512, 1)));
        assertEquals(List.of(new MoveSpeed(1, 0, true, 512L * PAGE_BYTES, 512_000),
                new MoveSpeed(0, 1, false, 512L * PAGE_BYTES, 512_000)), executor.speeds());
        assertEquals(List.of("1->0 2097152 2097152 512000", "0->1 4096 2097152 512000"), learnt);
        assertEquals(4.096e9, executor.speeds().get(1).bytesPerSecond(), 1);
    }

    @Test
    void shouldMoveWhatLiesBehindAPinnedPage() {
        kernel.place(BASE, 300L * PAGE_BYTES, 1);
        kernel.place(BASE + 100L * PAGE_BYTES, 100L * PAGE_BYTES, 0);
        kernel.pin(BASE + 7L * PAGE_BYTES);
        kernel.pin(BASE + 150L * PAGE_BYTES);
        MigrationResult result = executor(1L << 40).execute(
                plan(block(0, 100, 0), block(100, 100, 1), block(200, 100, 0)));
        assertEquals(2, result.pages(MoveOutcome.BUSY), "result: " + result);
        assertEquals(298, result.pages(MoveOutcome.MOVED), "result: " + result);
    }

    @Test
    void shouldNotLoopOverPagesThatCanNeverMove() {
        kernel.place(BASE, 64L * PAGE_BYTES, 1);
        for (int page = 0; page < 64; page++) {
            kernel.pin(BASE + (long) page * PAGE_BYTES);
        }
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 64, 0)));
        assertEquals(64, result.pages(MoveOutcome.BUSY), "result: " + result);
        assertEquals(List.of(64), kernel.moveCalls());
    }

    @Test
    void shouldMoveNoMoreThanTokensAllowAndTheRestLater() {
        kernel.place(BASE, 5000L * PAGE_BYTES, 1);
        Executor executor = executor(1000L * PAGE_BYTES);
        MigrationPlan plan = plan(block(0, 5000, 0));
        MigrationResult first = executor.execute(plan);
        assertEquals(1000, first.pages(MoveOutcome.MOVED), "result: " + first);
        assertEquals(4000, first.pages(MoveOutcome.NOT_ATTEMPTED), "result: " + first);
        nowNs += SECOND_NS / 2;
        MigrationResult second = executor.execute(plan);
        assertEquals(500, second.pages(MoveOutcome.MOVED), "half a second later: " + second);
        assertEquals(1000, second.pages(MoveOutcome.ALREADY_THERE), "half a second later: " + second);
    }

    @Test
    void shouldStartNoCallAfterItsTimeSlice() {
        kernel.place(BASE, 3L * BATCH * PAGE_BYTES, 1);
        kernel.afterMove(() -> nowNs += SECOND_NS);
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 3 * BATCH, 0)));
        assertEquals(BATCH, result.pages(MoveOutcome.MOVED), "result: " + result);
        assertEquals(2 * BATCH, result.pages(MoveOutcome.NOT_ATTEMPTED), "result: " + result);
        assertEquals(SECOND_NS, result.elapsedNs(), "result: " + result);
    }

    @ParameterizedTest
    @CsvSource({"1, NOT_PERMITTED", "3, NO_SUCH_PROCESS"})
    void shouldStopAfterACallThatNoOtherCanFollow(int errno, MoveOutcome outcome) {
        kernel.place(BASE, 2L * BATCH * PAGE_BYTES, 1);
        kernel.failCalls(errno);
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 2 * BATCH, 0)));
        assertEquals(BATCH, result.pages(outcome), "result: " + result);
        assertEquals(BATCH, result.pages(MoveOutcome.NOT_ATTEMPTED), "result: " + result);
        assertEquals(errno, result.failedErrno(), "result: " + result);
        assertEquals(List.of(BATCH), kernel.moveCalls());
    }

    @Test
    void shouldGoOnAfterACallThatFailedForItsTarget() {
        kernel.place(BASE, 2L * BATCH * PAGE_BYTES, 1);
        kernel.failCalls(Errno.ENODEV);
        kernel.afterMove(() -> kernel.failCalls(0));
        MigrationResult result = executor(1L << 40).execute(plan(block(0, 2 * BATCH, 0)));
        assertEquals(BATCH, result.pages(MoveOutcome.NO_SUCH_NODE), "result: " + result);
        assertEquals(BATCH, result.pages(MoveOutcome.MOVED), "result: " + result);
    }

    @Test
    void shouldDoNothingForAnEmptyPlan() {
        MigrationResult result = executor(1L << 40).execute(plan());
        assertEquals(0, result.asked(), "result: " + result);
        assertEquals(0, result.calls(), "result: " + result);
    }

    @Test
    void shouldOnlyCountInADryRun() {
        MigrationResult result = new DryRun(PAGE_BYTES).execute(plan(block(0, 21, 0), block(32, 16, 1)));
        assertEquals(37, result.asked(), "result: " + result);
        assertEquals(37, result.pages(MoveOutcome.DRY_RUN), "result: " + result);
        assertEquals(0, result.movedBytes(), "result: " + result);
    }

    @Test
    void shouldRefuseCountsThatDoNotAddUp() {
        List<Long> outcomes = Collections.nCopies(MoveOutcome.values().length, 1L);
        assertThrows(IllegalArgumentException.class, () -> new MigrationResult(3, outcomes, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new MigrationTotals(1, 3, outcomes, 0, 0, 0, 0));
    }

    @Test
    void shouldSumResults() {
        kernel.place(BASE, 5L * PAGE_BYTES, 1);
        Executor executor = executor(1L << 40);
        MigrationTotals totals = MigrationTotals.none()
                .plus(executor.execute(plan(block(0, 5, 0))))
                .plus(executor.execute(plan()))
                .plus(executor.execute(plan(block(0, 7, 0))));
        assertEquals(2, totals.rounds(), "totals: " + totals);
        assertEquals(12, totals.asked(), "totals: " + totals);
        assertEquals(5, totals.pages(MoveOutcome.MOVED), "totals: " + totals);
        assertEquals(5, totals.pages(MoveOutcome.ALREADY_THERE), "totals: " + totals);
        assertEquals(2, totals.pages(MoveOutcome.NOT_PRESENT), "totals: " + totals);
        assertEquals(5L * PAGE_BYTES, totals.movedBytes(), "totals: " + totals);
    }

    @Test
    void shouldShareTheRateAmongProcesses() {
        kernel.place(BASE, 60_000L * PAGE_BYTES, 1);
        Executor executor = executor(40_000L * PAGE_BYTES);
        executor.beginRound();
        MigrationResult first = executor.ofProcess(11).execute(plan(block(0, 30_000, 0)));
        assertTrue(!executor.hasLeft(), "a quarter of a second is too little for another plan");
        MigrationResult second = executor.ofProcess(12).execute(plan(block(30_000, 30_000, 0)));
        assertEquals(30_000, first.pages(MoveOutcome.MOVED), "result: " + first);
        assertEquals(10_000, second.pages(MoveOutcome.MOVED), "result: " + second);
        assertEquals(20_000, second.pages(MoveOutcome.NOT_ATTEMPTED), "result: " + second);
    }

    @Test
    void shouldShareTheTimeOfARoundAmongProcesses() {
        kernel.place(BASE, 60_000L * PAGE_BYTES, 1);
        kernel.afterMove(() -> nowNs += SECOND_NS);
        Executor executor = executor(1L << 40);
        executor.beginRound();
        executor.ofProcess(11).execute(plan(block(0, 100, 0)));
        assertTrue(!executor.hasLeft(), "the slice is one second");
        MigrationResult second = executor.ofProcess(12).execute(plan(block(30_000, 100, 0)));
        assertEquals(100, second.pages(MoveOutcome.NOT_ATTEMPTED), "result: " + second);
        executor.beginRound();
        MigrationResult next = executor.ofProcess(12).execute(plan(block(30_000, 100, 0)));
        assertEquals(100, next.pages(MoveOutcome.MOVED), "result: " + next);
    }

    @Test
    void shouldRefuseSmallBatches() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new ExecutorSettings(1, 512, 1));
        assertEquals("batchPages must be 16384..16777216: batchPages=512", e.getMessage());
    }

    private Executor executor(long bytesPerSecond) {
        return new Executor(kernel, 0, new ExecutorSettings(bytesPerSecond, BATCH, SECOND_NS), () -> nowNs);
    }

    private static BlockMove block(int firstPage, int pages, int toNodeId) {
        return new BlockMove(BASE + (long) firstPage * PAGE_BYTES, (long) pages * PAGE_BYTES, 1 - toNodeId, toNodeId,
                MoveReason.NEARER, MoveNumbers.NONE);
    }

    private static MigrationPlan plan(BlockMove... moves) {
        return new MigrationPlan(
                List.of(moves), moves.length, Collections.nCopies(StayReason.values().length, 0L));
    }
}
