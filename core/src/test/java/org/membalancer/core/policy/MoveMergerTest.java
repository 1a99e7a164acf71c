// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MoveMergerTest {
    @Test
    void shouldMergeNeighboursThatGoTheSameWay() {
        List<BlockMove> merged = MoveMerger.merged(List.of(
                move(2, 1, 0, 1), move(0, 2, 0, 1), move(3, 1, 1, 0), move(4, 1, 1, 0), move(6, 1, 1, 0)));
        assertEquals(List.of(0L, 3L, 6L), merged.stream().map(move -> move.startAddress() / 4096).toList());
        assertEquals(List.of(3L, 2L, 1L), merged.stream().map(move -> move.bytes() / 4096).toList());
        assertEquals(3, merged.get(0).numbers().accesses(), 1e-9);
        assertEquals(2, merged.get(0).numbers().gainPerAccess(), 1e-9, "mean of equal gains");
        assertEquals(6, merged.get(0).numbers().costNs(), 1e-9);
    }

    private static BlockMove move(int page, int pages, int from, int to) {
        return new BlockMove(page * 4096L, pages * 4096L, from, to, MoveReason.PROMOTED,
                new MoveNumbers(pages, 2, pages * 10, pages * 2));
    }
}
