// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;
import java.util.Optional;

/**
 * Why one block moves or stays, with its numbers, for those who ask. Immutable.
 *
 * @param startAddress of the block
 * @param bytes length
 * @param fromNodeId node on which most of its pages lie that would move; -1: none
 * @param toNodeId the best other place that was considered; -1: none
 * @param samplesByNode decayed samples by the accessing CPU's node
 * @param numbers expected of the move that was made or considered
 * @param moved why it moves; empty: it stays
 * @param stayed why it stays; empty: it moves
 */
public record BlockDecision(
        long startAddress, long bytes, int fromNodeId, int toNodeId, List<Double> samplesByNode, MoveNumbers numbers,
        Optional<MoveReason> moved, Optional<StayReason> stayed) {
    /** No node. */
    public static final int NO_NODE = -1;

    /** Copies the list and checks that there is one reason. */
    public BlockDecision {
        samplesByNode = List.copyOf(samplesByNode);
        if (moved.isPresent() == stayed.isPresent()) {
            throw new IllegalArgumentException(
                    "a block either moves or stays: moved=" + moved + " stayed=" + stayed);
        }
    }

    /** The reason in words. */
    public String text() {
        return moved.map(MoveReason::text).orElseGet(() -> stayed.orElseThrow().text());
    }
}
