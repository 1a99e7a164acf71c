// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Puts moves of adjacent addresses between the same nodes together: fewer moves say the same. */
final class MoveMerger {
    private static final Comparator<BlockMove> BY_ADDRESS =
            Comparator.comparing(BlockMove::startAddress, Long::compareUnsigned);

    private MoveMerger() {
    }

    /** The same moves by address, merged. */
    static List<BlockMove> merged(List<BlockMove> moves) {
        List<BlockMove> sorted = new ArrayList<>(moves);
        sorted.sort(BY_ADDRESS);
        List<BlockMove> merged = new ArrayList<>();
        for (BlockMove move : sorted) {
            int last = merged.size() - 1;
            if (last >= 0 && isContinuedBy(merged.get(last), move)) {
                merged.set(last, both(merged.get(last), move));
            } else {
                merged.add(move);
            }
        }
        return merged;
    }

    private static boolean isContinuedBy(BlockMove first, BlockMove second) {
        return first.startAddress() + first.bytes() == second.startAddress()
                && first.fromNodeId() == second.fromNodeId() && first.toNodeId() == second.toNodeId()
                && first.reason() == second.reason();
    }

    private static BlockMove both(BlockMove first, BlockMove second) {
        MoveNumbers a = first.numbers();
        MoveNumbers b = second.numbers();
        double share = (double) first.bytes() / (first.bytes() + second.bytes());
        return new BlockMove(first.startAddress(), first.bytes() + second.bytes(), first.fromNodeId(),
                first.toNodeId(), first.reason(), new MoveNumbers(a.accesses() + b.accesses(),
                        a.gainPerAccess() * share + b.gainPerAccess() * (1 - share),
                        a.benefitNs() + b.benefitNs(), a.costNs() + b.costNs()));
    }
}
