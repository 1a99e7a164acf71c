// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.heat.MovedUsers;

/** Collects one outcome for every block looked at, then picks the most valuable moves that fit. */
final class PlanDraft {
    private static final Comparator<Candidate> BY_VALUE =
            Comparator.comparingDouble(Candidate::benefitPerByte).reversed()
                    .thenComparing(candidate -> candidate.move().startAddress(), Long::compareUnsigned);

    private final DecisionLog log;
    private final long[] left = new long[StayReason.values().length];
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<BlockMove> moves = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private HeatWeight weight = HeatWeight.COUNTS;
    private SampleWorth worth = SampleWorth.unknown();
    private long considered;
    private long plannedBytes;
    private int reversals;

    PlanDraft(DecisionLog log) {
        this.log = log;
    }

    /** Tells what the blocks were weighed by, and what a sample was taken to be worth. */
    void weighedBy(HeatWeight by, SampleWorth told) {
        weight = by;
        worth = told;
    }

    /** Adds what a reader must know about the whole. */
    void note(String text) {
        notes.add(text);
    }

    /** Adds for which nodes samples count that came from others, if any do. */
    void note(MovedUsers moved) {
        if (!moved.isNone()) {
            note(moved.text());
        }
    }

    /** Counts a block that stays and of which nothing else is known. */
    void stay(StayReason reason) {
        considered++;
        left[reason.ordinal()]++;
    }

    /** Counts a block with its verdict. */
    void add(BlockTally block, Verdict verdict, long pageBytes) {
        if (!verdict.isMove()) {
            stay(verdict.reason());
            log.stays(block, verdict);
            return;
        }
        considered++;
        BlockMove move = new BlockMove(block.startAddress(), block.bytes(), verdict.fromNodeId(), verdict.toNodeId(),
                verdict.moveReason(), verdict.numbers(block.samples()));
        long mostBytes = block.bytes() - block.pagesAt(verdict.toNodeId()) * pageBytes;
        candidates.add(new Candidate(move, mostBytes, verdict.benefitNs() / mostBytes, log.samplesOf(block)));
    }

    /** Picks by value per byte, as far as holds, room and budget allow, and notes the picked in the holds. */
    void pick(long budgetBytes, NodeTable nodes, HoldTable holds, long nowNs) {
        candidates.sort(BY_VALUE);
        for (Candidate candidate : candidates) {
            BlockMove move = candidate.move();
            if (isHeld(move, holds, nowNs)) {
                leave(candidate, StayReason.HELD);
            } else if (!nodes.hasRoom(move.toNodeId(), candidate.mostBytes())) {
                leave(candidate, StayReason.TARGET_FULL);
            } else if (plannedBytes > 0 && plannedBytes + candidate.mostBytes() > budgetBytes) {
                leave(candidate, StayReason.OVER_BUDGET);
            } else {
                plannedBytes += candidate.mostBytes();
                nodes.take(move.toNodeId(), candidate.mostBytes());
                reversals += holds.note(move.startAddress(), move.bytes(), move.toNodeId(), nowNs) ? 1 : 0;
                moves.add(move);
                log.decided(candidate, Optional.empty());
            }
        }
        candidates.clear();
    }

    /** Adds a move that is decided already. */
    void add(BlockMove move) {
        considered++;
        plannedBytes += move.bytes();
        moves.add(move);
        log.decided(new Candidate(move, move.bytes(), 0, List.of()), Optional.empty());
    }

    /** Bytes planned so far. */
    long plannedBytes() {
        return plannedBytes;
    }

    /** Moves planned so far. */
    int moveCount() {
        return moves.size();
    }

    /** The plan of a process that is paused: what would move stays. */
    MigrationPlan pause(String why) {
        candidates.forEach(candidate -> leave(candidate, StayReason.PAUSED));
        note(why);
        return plan();
    }

    /** Of the picked moves, those to another node than last time. */
    int reversals() {
        return reversals;
    }

    private void leave(Candidate candidate, StayReason reason) {
        left[reason.ordinal()]++;
        log.decided(candidate, Optional.of(reason));
    }

    /** What came of it. */
    MigrationPlan plan() {
        return new MigrationPlan(moves, considered, Arrays.stream(left).boxed().toList(), weight, worth, log.decisions(), notes);
    }

    private static boolean isHeld(BlockMove move, HoldTable holds, long nowNs) {
        return holds.isHeld(move.startAddress(), move.bytes(), move.toNodeId(), nowNs)
                || !holds.hasPlace(move.startAddress(), move.bytes(), nowNs);
    }
}
