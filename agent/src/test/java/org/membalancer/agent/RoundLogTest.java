// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.migrate.MigrationResult;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.StayReason;

final class RoundLogTest {
    private static final List<Long> NONE_LEFT = Collections.nCopies(StayReason.values().length, 0L);

    private final LogLines lines = new LogLines();
    private final RoundLog log = new RoundLog(lines.log());

    private static BalanceRound round(Map<MoveOutcome, Long> pages, BlockMove... moves) {
        List<Long> outcomes = new ArrayList<>(Collections.nCopies(MoveOutcome.values().length, 0L));
        pages.forEach((outcome, count) -> outcomes.set(outcome.ordinal(), count));
        long asked = outcomes.stream().mapToLong(Long::longValue).sum();
        return new BalanceRound(0, 0, 0, 0, 0, new MigrationPlan(List.of(moves), moves.length, NONE_LEFT),
                new MigrationResult(asked, outcomes, outcomes.get(MoveOutcome.MOVED.ordinal()) * 4096, 1, 1, 0));
    }

    /** A round in which the kernel was asked where pages lie, and nothing was wanted. */
    private static BalanceRound asked(int errno) {
        BalanceRound quiet = round(Map.of());
        return new BalanceRound(0, 0, 0, 0, errno, quiet.plan(), quiet.result());
    }

    private static BlockMove block(int from, int to) {
        return new BlockMove(0x10000, 1 << 20, from, to, MoveReason.NEARER, MoveNumbers.NONE);
    }

    @Test
    void shouldSayOneLineForARoundThatMoved() {
        log.note(round(Map.of(MoveOutcome.MOVED, 509L, MoveOutcome.BUSY, 3L), block(1, 0), block(2, 0), block(1, 0)));
        assertEquals(List.of("moved 2.0 MiB, nodes 1->0 2->0 (pages: 509 moved, 3 busy)"), lines.lines());
    }

    @Test
    void shouldSayNothingForARoundThatWantedNothing() {
        log.note(round(Map.of()));
        assertEquals(List.of(), lines.lines());
    }

    /** Quiet rounds in between, which move nothing and want nothing, are the error's end as well. */
    @Test
    void shouldSayAgainThatPlacesAreNotKnownOnceTheyWere() {
        for (int errno : new int[] {1, 1, 0, 1, 1, 14, 14, 1}) {
            log.note(asked(errno));
        }
        String line = "nothing was planned: the kernel did not say where pages lie (move_pages: errno ";
        assertEquals(List.of(line + "1), and is asked again", line + "1), and is asked again",
                line + "14), and is asked again", line + "1), and is asked again"), lines.lines());
    }

    /** Why nothing moved is still the same after a round in which the kernel did not say where pages lie. */
    @Test
    void shouldKeepTheReasonsApart() {
        log.note(round(Map.of(MoveOutcome.NO_MEMORY, 5L), block(1, 0)));
        log.note(asked(1));
        log.note(round(Map.of(MoveOutcome.NO_MEMORY, 7L), block(1, 0)));
        assertEquals(List.of("moved nothing (pages: 5 no memory on the target)", "nothing was planned: the kernel did not"
                + " say where pages lie (move_pages: errno 1), and is asked again"), lines.lines());
    }

    @Test
    void shouldSayOnceThatNothingMovesForTheSameReason() {
        for (long pages = 5; pages < 11; pages++) {
            log.note(round(Map.of(MoveOutcome.NO_MEMORY, pages), block(1, 0)));
        }
        log.note(round(Map.of(MoveOutcome.SHARED_OR_DENIED, 13L), block(1, 0)));
        log.note(round(Map.of(MoveOutcome.MOVED, 256L), block(1, 0)));
        log.note(round(Map.of(MoveOutcome.SHARED_OR_DENIED, 17L), block(1, 0)));
        assertEquals(List.of("moved nothing (pages: 5 no memory on the target)",
                "moved nothing (pages: 13 shared or denied)",
                "moved 1.0 MiB, nodes 1->0 (pages: 256 moved)",
                "moved nothing (pages: 17 shared or denied)"), lines.lines());
    }
}
