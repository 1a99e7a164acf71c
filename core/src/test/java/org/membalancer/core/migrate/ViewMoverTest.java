// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.membalancer.core.migrate.FakeViews.PAGE_BYTES;
import static org.membalancer.core.migrate.FakeViews.REMAPPED;
import static org.membalancer.core.migrate.FakeViews.VIEWS;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.StayReason;

/** Pages of a heap with three views, moved through the helper as an executor has them moved. */
class ViewMoverTest {
    private static final long ELSEWHERE = 0x7f00_0000_0000L;
    private static final int PID = 4711;

    private final FakeViews fake = new FakeViews();
    private final ViewMover mover = new ViewMover(fake, new HelperMover(fake, fake, PAGE_BYTES, fake::nowNs),
            pid -> pid == PID ? VIEWS : MemoryViews.none());

    private static MigrationPlan plan(BlockMove... moves) {
        return new MigrationPlan(
                List.of(moves), moves.length, Collections.nCopies(StayReason.values().length, 0L));
    }

    private static BlockMove block(long address, int pages, int toNodeId) {
        return new BlockMove(address, (long) pages * PAGE_BYTES, 1 - toNodeId, toNodeId, MoveReason.NEARER,
                MoveNumbers.NONE);
    }

    private MigrationResult execute(MigrationPlan plan) {
        return new Executor(mover, PID, new ExecutorSettings(1L << 40, ExecutorSettings.MIN_BATCH_PAGES, 1L << 60),
                () -> 17_000_000_000L).execute(plan);
    }

    private static long page(int number) {
        return REMAPPED + (long) number * PAGE_BYTES;
    }

    @Test
    void shouldMoveEachPageByAnAddressThroughWhichItIsMapped() {
        fake.place(page(0), 5, 1, 0);
        fake.place(page(5), 7, 1, 1, 2);
        fake.place(page(12), 11, 1, 2);
        fake.place(page(23), 13, 0, 0, 1, 2);
        fake.place(page(36), 3, 1);
        MigrationResult result = execute(plan(block(REMAPPED, 41, 0)));
        assertEquals(23, result.pages(MoveOutcome.MOVED), "result: " + result);
        assertEquals(13, result.pages(MoveOutcome.ALREADY_THERE), "result: " + result);
        assertEquals(5, result.pages(MoveOutcome.NOT_PRESENT), "3 are mapped nowhere, 2 are not: " + result);
        assertEquals(List.of(23), fake.requests());
        assertEquals(0, fake.placeOf(page(22)));
    }

    @ParameterizedTest
    @CsvSource({"13, SHARED_OR_DENIED", "16, BUSY", "12, NO_MEMORY", "5, OTHER", "11, OTHER"})
    void shouldCountWhatTheHelperSaysOfPages(int errno, MoveOutcome outcome) {
        fake.place(page(0), 17, 1, 1);
        fake.fail(page(3), errno);
        fake.fail(page(5), errno);
        MigrationResult result = execute(plan(block(REMAPPED, 17, 0)));
        assertEquals(2, result.pages(outcome), "result: " + result);
        assertEquals(15, result.pages(MoveOutcome.MOVED), "result: " + result);
    }

    @Test
    void shouldCountDifferentErrnosOfOneRequestAsManyTimesAsTheyWereSaid() {
        fake.place(page(0), 17, 1, 2);
        fake.fail(page(3), Errno.EACCES);
        fake.fail(page(4), Errno.EBUSY);
        fake.fail(page(5), Errno.EACCES);
        MigrationResult result = execute(plan(block(REMAPPED, 17, 0)));
        assertEquals(2, result.pages(MoveOutcome.SHARED_OR_DENIED), "result: " + result);
        assertEquals(1, result.pages(MoveOutcome.BUSY), "result: " + result);
    }

    @ParameterizedTest
    @CsvSource({"1, NOT_PERMITTED", "104, OTHER", "19, NO_SUCH_NODE"})
    void shouldCountPagesOfRequestsThatAreNotCarriedOut(int errno, MoveOutcome outcome) {
        fake.place(page(0), 7, 1, 0);
        fake.failRequests(errno);
        MigrationResult result = execute(plan(block(REMAPPED, 7, 0)));
        assertEquals(7, result.pages(outcome), "result: " + result);
        assertEquals(errno, result.failedErrno(), "result: " + result);
        assertEquals(1, fake.placeOf(page(6)));
    }

    @Test
    void shouldKeepRequestsOfOneTarget() {
        fake.place(page(0), 7, 1, 0);
        MigrationResult result = execute(plan(block(REMAPPED, 4, 0), block(page(4), 3, 2)));
        assertEquals(7, result.pages(MoveOutcome.MOVED), "result: " + result);
        assertEquals(List.of(4, 3), fake.requests());
    }

    /** 4 KiB in 10 us are 400 MiB/s, in 200 us 20 MiB/s, in 2 ms 2 MiB/s. */
    @ParameterizedTest
    @CsvSource({"10000, '256, 512, 1024, 2048, 4096'", "200000, '256, 512, 1024, 1024'", "2000000, '256, 128, 128'"})
    void shouldMakeRequestsAsLargeAsTheHelperIsFast(long pageNs, String sizes) {
        List<Integer> expected = Stream.of(sizes.split(", ")).map(Integer::valueOf).toList();
        int pages = expected.stream().mapToInt(Integer::intValue).sum();
        fake.takeTime(pageNs);
        fake.place(page(0), pages, 1, 0);
        assertEquals(pages, execute(plan(block(REMAPPED, pages, 0))).pages(MoveOutcome.MOVED));
        assertEquals(expected, fake.requests());
    }

    @Test
    void shouldSendNoMoreRangesThanARequestHolds() {
        BlockMove[] blocks = new BlockMove[HelperMoves.MAX_RANGES + 1];
        for (int i = 0; i < blocks.length; i++) {
            fake.place(page(2 * i), 1, 1, 0);
            blocks[i] = block(page(2 * i), 1, 0);
        }
        assertEquals(blocks.length, execute(plan(blocks)).pages(MoveOutcome.MOVED));
        assertEquals(List.of(HelperMoves.MAX_RANGES, 1), fake.requests());
    }

    @Test
    void shouldMoveOtherMemoryWithoutTheHelper() {
        fake.place(ELSEWHERE, 5, 1);
        fake.place(page(0), 3, 1, 1);
        MigrationResult result = execute(plan(block(ELSEWHERE, 5, 0), block(REMAPPED, 3, 0)));
        assertEquals(8, result.pages(MoveOutcome.MOVED), "result: " + result);
        assertEquals(List.of(3), fake.requests());
    }

    @Test
    void shouldLeaveProcessesWithoutViewsAlone() {
        fake.place(page(0), 1, 1, 2);
        LongBuffer addresses = direct(Long.BYTES).asLongBuffer().put(0, page(0));
        IntBuffer statuses = direct(Integer.BYTES).asIntBuffer();
        assertEquals(0, mover.move(PID + 1, 1, addresses, null, statuses));
        assertEquals(-Errno.ENOENT, statuses.get(0));
        assertEquals(0, mover.move(PID, 1, addresses, null, statuses));
        assertEquals(1, statuses.get(0));
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
