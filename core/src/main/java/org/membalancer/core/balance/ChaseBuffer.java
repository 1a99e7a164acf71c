// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.SplittableRandom;

import org.membalancer.core.migrate.PageMover;

/**
 * Memory on one node that is read line by line in an order that no prefetcher guesses, each address read from the line
 * before: as long as one step takes, so long an access to the node takes. Owned by one thread.
 */
final class ChaseBuffer {
    /** More than a core's own caches hold; where the shared one holds it, the probe sees that cache, which is never late. */
    static final int BYTES = 2 << 20;

    private static final int LINE_BYTES = 64;
    private static final int PAGE_BYTES = 4096;
    private static final int ARGUMENT_BYTES = Long.BYTES + 2 * Integer.BYTES;
    /** No node and no errno: the kernel stopped before this page. */
    private static final int NO_STATUS = Integer.MIN_VALUE;
    private static final long SEED = 7;

    private final ByteBuffer mapped;
    private final ByteBuffer lines;
    private final int lineCount;
    private int at;

    /**
     * Fills memory with one cycle through all its lines (a shuffle after Sattolo, which leaves exactly one).
     *
     * @param mapped {@link #mappedBytes} of the same bytes, from the first byte of a page on
     * @param bytes of the lines, whole pages
     */
    ChaseBuffer(ByteBuffer mapped, int bytes) {
        this.mapped = mapped;
        lines = part(0, bytes);
        lineCount = bytes / LINE_BYTES;
        for (int i = 0; i < lineCount; i++) {
            lines.putInt(i * LINE_BYTES, i * LINE_BYTES);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = lineCount - 1; i > 0; i--) {
            int other = random.nextInt(i) * LINE_BYTES;
            int next = lines.getInt(i * LINE_BYTES);
            lines.putInt(i * LINE_BYTES, lines.getInt(other));
            lines.putInt(other, next);
        }
    }

    /** How much memory so many bytes of lines need: what move_pages is told has its place behind them. */
    static int mappedBytes(int bytes) {
        return bytes + bytes / PAGE_BYTES * ARGUMENT_BYTES;
    }

    /** The memory that it is made of. */
    ByteBuffer mapped() {
        return mapped;
    }

    /**
     * Moves it to a node.
     *
     * @param address where its memory lies
     * @return whether all of it lies there now
     */
    boolean place(int nodeId, PageMover mover, long address) {
        int pages = lines.capacity() / PAGE_BYTES;
        int behindAddresses = lines.capacity() + pages * Long.BYTES;
        LongBuffer addresses = part(lines.capacity(), pages * Long.BYTES).asLongBuffer();
        IntBuffer targets = part(behindAddresses, pages * Integer.BYTES).asIntBuffer();
        IntBuffer statuses = part(behindAddresses + pages * Integer.BYTES, pages * Integer.BYTES).asIntBuffer();
        for (int i = 0; i < pages; i++) {
            addresses.put(i, address + (long) i * PAGE_BYTES);
            targets.put(i, nodeId);
        }
        mover.move(0, pages, addresses, targets, statuses);
        for (int i = 0; i < pages; i++) {
            statuses.put(i, NO_STATUS);
        }
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

    private ByteBuffer part(int from, int bytes) {
        return mapped.slice(from, bytes).order(ByteOrder.nativeOrder());
    }
}
