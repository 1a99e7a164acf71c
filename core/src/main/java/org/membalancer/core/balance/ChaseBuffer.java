// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

import org.membalancer.core.migrate.PageMover;

/**
 * Memory on one node that is read line by line in an order that no prefetcher guesses, each address read from the line
 * before: as long as one step takes, so long an access to the node takes. Owned by one thread.
 */
final class ChaseBuffer {
    /** More than a core's own caches hold; where the shared one holds it, the probe sees that cache, which is never late. */
    static final int BYTES = 2 << 20;

    private static final int LINE_BYTES = 64;
    private static final long SEED = 7;

    private final ByteBuffer lines;
    private final int lineCount;
    private int at;

    /** Fills a buffer with one cycle through all its lines. */
    ChaseBuffer(int bytes) {
        lines = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        lineCount = bytes / LINE_BYTES;
        int[] order = new int[lineCount];
        java.util.Arrays.setAll(order, i -> i);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = lineCount - 1; i > 0; i--) {
            int other = random.nextInt(i);
            int line = order[i];
            order[i] = order[other];
            order[other] = line;
        }
        for (int i = 0; i < lineCount; i++) {
            lines.putInt(order[i] * LINE_BYTES, order[(i + 1) % lineCount] * LINE_BYTES);
        }
    }

    /**
     * Moves it to a node.
     *
     * @param addressOf tells where a direct buffer lies
     * @return whether all of it lies there now
     */
    boolean place(int nodeId, PageMover mover, ToLongFunction<ByteBuffer> addressOf, int pageBytes) {
        long first = addressOf.applyAsLong(lines) + pageBytes - 1 & -pageBytes;
        int pages = lines.capacity() / pageBytes - 1;
        LongBuffer addresses = direct(pages * Long.BYTES).asLongBuffer();
        IntBuffer targets = direct(pages * Integer.BYTES).asIntBuffer();
        IntBuffer statuses = direct(pages * Integer.BYTES).asIntBuffer();
        for (int i = 0; i < pages; i++) {
            addresses.put(i, first + (long) i * pageBytes);
            targets.put(i, nodeId);
        }
        mover.move(0, pages, addresses, targets, statuses);
        boolean isAsked = mover.move(0, pages, addresses, null, statuses) >= 0;
        for (int i = 0; i < pages; i++) {
            if (!isAsked || statuses.get(i) != nodeId) {
                return false;
            }
        }
        return true;
    }

    /** Follows so many lines; returns the last one, so that nothing of it can be left out. */
    int chase(int steps) {
        int line = at;
        for (int i = 0; i < steps; i++) {
            line = lines.getInt(line);
        }
        at = line;
        return line;
    }

    int lineCount() {
        return lineCount;
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
