// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects one outcome for every block looked at, then picks the most valuable moves that fit. */
final class PlanDraft {
    private static final Comparator<Candidate> BY_VALUE =
            Comparator.comparingDouble(Candidate::benefitPerByte).reversed()
                    .thenComparing(candidate -> candidate.move().startAddress(), Long::compareUnsigned);

    private final Long[] left = new Long[StayReason.values().length];
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<BlockMove> moves = new ArrayList<>();
    private long considered;
    private int reversals;

    PlanDraft() {
        java.util.Arrays.fill(left, 0L);
    }

    /** Counts a block that stays. */
    void stay(StayReason reason) {
        considered++;
        left[reason.ordinal()]++;
    }

    /** Counts a block with its verdict. */
    void add(BlockTally block, Verdict verdict, long pageBytes) {
        if (!verdict.isMove()) {
            stay(verdict.reason());
            return;
        }
        considered++;
        BlockMove move = new BlockMove(block.startAddress(), block.bytes(), verdict.fromNodeId(), verdict.toNodeId(),
                block.samples(), verdict.gainPerAccess());
        long mostBytes = block.bytes() - block.pagesAt(verdict.toNodeId()) * pageBytes;
        candidates.add(new Candidate(move, mostBytes, verdict.benefitPerByte()));
    }

    /** Picks by value per byte, as far as holds, room and budget allow, and notes the picked in the holds. */
    MigrationPlan pick(long budgetBytes, NodeTable nodes, HoldTable holds, long nowNs) {
        candidates.sort(BY_VALUE);
        long plannedBytes = 0;
        for (Candidate candidate : candidates) {
            BlockMove move = candidate.move();
            if (isHeld(move, holds, nowNs)) {
                left[StayReason.HELD.ordinal()]++;
            } else if (!nodes.hasRoom(move.toNodeId(), candidate.mostBytes())) {
                left[StayReason.TARGET_FULL.ordinal()]++;
            } else if (plannedBytes > 0 && plannedBytes + candidate.mostBytes() > budgetBytes) {
                left[StayReason.OVER_BUDGET.ordinal()]++;
            } else {
                plannedBytes += candidate.mostBytes();
                nodes.take(move.toNodeId(), candidate.mostBytes());
                reversals += holds.note(move.startAddress(), move.bytes(), move.toNodeId(), nowNs) ? 1 : 0;
                moves.add(move);
            }
        }
        return new MigrationPlan(moves, considered, List.of(left));
    }

    /** The plan of a process that is paused: what would move stays. */
    MigrationPlan pause() {
        left[StayReason.PAUSED.ordinal()] += candidates.size();
        return new MigrationPlan(moves, considered, List.of(left));
    }

    /** Of the picked moves, those to another node than last time. */
    int reversals() {
        return reversals;
    }

    private static boolean isHeld(BlockMove move, HoldTable holds, long nowNs) {
        return holds.isHeld(move.startAddress(), move.bytes(), move.toNodeId(), nowNs)
                || !holds.hasPlace(move.startAddress(), move.bytes(), nowNs);
    }
}
