// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.List;

import org.membalancer.core.policy.BlockMove;

/** Walks over the pages of a plan's blocks, in the plan's order. */
final class PageCursor {
    private final List<BlockMove> moves;
    private final long pageBytes;
    private long remaining;
    private int block;
    private long offsetBytes;

    PageCursor(List<BlockMove> moves, long pageBytes) {
        this.moves = moves;
        this.pageBytes = pageBytes;
        for (BlockMove move : moves) {
            remaining += pagesOf(move);
        }
    }

    /** Pages not taken yet. */
    long remaining() {
        return remaining;
    }

    /** Takes pages until the batch is full or none is left. */
    void fill(PageBatch batch) {
        while (remaining > 0 && !batch.isFull()) {
            BlockMove move = moves.get(block);
            if (offsetBytes < pagesOf(move) * pageBytes) {
                batch.add(move.startAddress() + offsetBytes, move.fromNodeId(), move.toNodeId());
                offsetBytes += pageBytes;
                remaining--;
            } else {
                block++;
                offsetBytes = 0;
            }
        }
    }

    private long pagesOf(BlockMove move) {
        return move.bytes() / pageBytes;
    }
}
