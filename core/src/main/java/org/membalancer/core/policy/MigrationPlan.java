// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Collections;
import java.util.List;

import org.membalancer.core.heat.HeatWeight;

/**
 * What a policy wants moved, most valuable first, and how many blocks it looked at and left, by reason. Immutable.
 *
 * @param moves in the order in which to make them: most valuable first, and what makes room before what needs it
 * @param considered blocks that were looked at
 * @param left blocks that stay, counted by {@link StayReason#ordinal()}
 * @param weight what accesses were weighed by
 * @param worth what a sample was taken to be worth
 * @param decisions one per block, the hottest ones, if the policy was asked to explain; else empty
 * @param notes what a reader must know about the whole, such as for how long and why the process is paused
 */
public record MigrationPlan(
        List<BlockMove> moves, long considered, List<Long> left, HeatWeight weight, SampleWorth worth,
        List<BlockDecision> decisions, List<String> notes) {
    private static final MigrationPlan NOTHING =
            new MigrationPlan(List.of(), 0, Collections.nCopies(StayReason.values().length, 0L));

    /** Copies the lists and checks that every block has one outcome. */
    public MigrationPlan {
        moves = List.copyOf(moves);
        left = List.copyOf(left);
        decisions = List.copyOf(decisions);
        notes = List.copyOf(notes);
        long sum = moves.size() + left.stream().mapToLong(Long::longValue).sum();
        if (sum != considered) {
            throw new IllegalArgumentException("considered must be moves plus left: considered=" + considered
                    + " moves=" + moves.size() + " left=" + left);
        }
    }

    /** A plan by counts of samples that explains nothing. */
    public MigrationPlan(List<BlockMove> moves, long considered, List<Long> left) {
        this(moves, considered, left, HeatWeight.COUNTS, SampleWorth.unknown(), List.of(), List.of());
    }

    /** Nothing was looked at and nothing moves. */
    public static MigrationPlan nothing() {
        return NOTHING;
    }

    /** Bytes of all moves. */
    public long bytes() {
        return moves.stream().mapToLong(BlockMove::bytes).sum();
    }

    /** Blocks that stay for this reason. */
    public long left(StayReason reason) {
        return left.get(reason.ordinal());
    }
}
