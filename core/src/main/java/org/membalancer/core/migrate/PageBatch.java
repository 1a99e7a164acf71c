// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Pages for one call, each with its target, in buffers that the kernel can read and write. Reused. */
final class PageBatch {
    /** What a status holds that the kernel did not write: neither a node nor an errno. */
    static final int UNTOUCHED = Integer.MIN_VALUE;

    private final LongBuffer addresses;
    private final IntBuffer targets;
    private final IntBuffer statuses;
    private final IntBuffer places;
    private final int[] sources;
    private int count;

    PageBatch(int capacity) {
        addresses = direct(capacity, Long.BYTES).asLongBuffer();
        targets = direct(capacity, Integer.BYTES).asIntBuffer();
        statuses = direct(capacity, Integer.BYTES).asIntBuffer();
        places = direct(capacity, Integer.BYTES).asIntBuffer();
        sources = new int[capacity];
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == addresses.capacity();
    }

    void clear() {
        count = 0;
    }

    /** Adds a page; where it lies now matters only for the time its move takes. */
    void add(long address, int sourceNodeId, int targetNodeId) {
        addresses.put(count, address);
        targets.put(count, targetNodeId);
        sources[count] = sourceNodeId;
        count++;
    }

    /** Forgets all but the first pages. */
    void truncate(int newCount) {
        count = newCount;
    }

    /** Adds a page of this batch again after {@link #clear}: pages must be kept in ascending order. */
    void keep(int i) {
        add(addresses.get(i), sources[i], targets.get(i));
    }

    long address(int i) {
        return addresses.get(i);
    }

    int target(int i) {
        return targets.get(i);
    }

    /** Where a page lay before, as {@link #add} was told. */
    int source(int i) {
        return sources[i];
    }

    /** What the last move said of a page: a node, -errno or {@link #UNTOUCHED}. */
    int status(int i) {
        return statuses.get(i);
    }

    /** Whether the last question found a page where it should be. */
    boolean isThere(int i) {
        return places.get(i) == targets.get(i);
    }

    /** What the last question said of a page: a node or -errno. */
    int place(int i) {
        return places.get(i);
    }

    /** Asks where the pages lie; 0 or more, or -errno. */
    int ask(PageMover mover, int pid) {
        return mover.move(pid, count, addresses, null, places);
    }

    /** Moves the pages to their targets; 0 or more, or -errno. */
    int move(PageMover mover, int pid) {
        for (int i = 0; i < count; i++) {
            statuses.put(i, UNTOUCHED);
        }
        return mover.move(pid, count, addresses, targets, statuses);
    }

    private static ByteBuffer direct(int capacity, int elementBytes) {
        return ByteBuffer.allocateDirect(capacity * elementBytes).order(ByteOrder.nativeOrder());
    }
}
