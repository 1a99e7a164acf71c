// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;

/**
 * What a policy wants moved, most valuable first, and how many blocks it looked at and left, by reason. Immutable.
 *
 * @param moves most valuable first
 * @param considered blocks with samples that were looked at
 * @param left blocks that stay, counted by {@link StayReason#ordinal()}
 */
public record MigrationPlan(List<BlockMove> moves, long considered, List<Long> left) {

    /** Copies the lists and checks that every block has one outcome. */
    public MigrationPlan {
        moves = List.copyOf(moves);
        left = List.copyOf(left);
        long sum = moves.size() + left.stream().mapToLong(Long::longValue).sum();
        if (sum != considered) {
            throw new IllegalArgumentException("considered must be moves plus left: considered=" + considered
                    + " moves=" + moves.size() + " left=" + left);
        }
    }

    /** Bytes of all moves. */
    public long bytes() {
        return moves.stream().mapToLong(BlockMove::bytes).sum();
    }
}
