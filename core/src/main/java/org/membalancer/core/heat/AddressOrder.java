// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/**
 * A permutation of a snapshot's pages: as copied, or by ascending page number. Sorts in linear time (radix, least
 * significant digit first) with buffers made once.
 */
final class AddressOrder {
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private final int[] starts = new int[DIGITS];
    private int[] order;
    private int[] scratch;
    private boolean sorted;
    private boolean isAsCopied = true;

    AddressOrder(int capacity) {
        order = new int[capacity];
        scratch = new int[capacity];
    }

    /** Back to the order of copying. */
    void reset() {
        sorted = false;
        isAsCopied = true;
    }

    boolean isSorted() {
        return sorted;
    }

    /** The place in the snapshot's arrays of the i-th page in this order. */
    int at(int i) {
        return isAsCopied ? i : order[i];
    }

    /** Has the i-th page be the one at a place in the snapshot's arrays; once sorted. */
    void put(int i, int at) {
        if (isAsCopied && i == at) {
            return;
        }
        if (isAsCopied) {
            fill(order.length);
        }
        order[i] = at;
    }

    /** Orders the first {@code count} keys ascending; equal keys keep their order. */
    void sort(long[] keys, int count) {
        sorted = true;
        isAsCopied = isAscending(keys, count);
        if (isAsCopied) {
            return;
        }
        fill(count);
        long differing = differingBits(keys, count);
        for (int shift = 0; shift < Long.SIZE && differing >>> shift != 0; shift += DIGIT_BITS) {
            if ((differing >>> shift & DIGITS - 1) != 0) {
                sortByDigit(keys, count, shift);
            }
        }
    }

    /** Writes the order of copying down. */
    private void fill(int count) {
        isAsCopied = false;
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
    }

    /** As where heat does not come from a table. */
    private static boolean isAscending(long[] keys, int count) {
        int i = 1;
        while (i < count && Long.compareUnsigned(keys[i - 1], keys[i]) <= 0) {
            i++;
        }
        return i >= count;
    }

    private static long differingBits(long[] keys, int count) {
        long differing = 0;
        for (int i = 1; i < count; i++) {
            differing |= keys[i] ^ keys[0];
        }
        return differing;
    }

    private void sortByDigit(long[] keys, int count, int shift) {
        java.util.Arrays.fill(starts, 0);
        for (int i = 0; i < count; i++) {
            starts[digit(keys[i], shift)]++;
        }
        int start = 0;
        for (int d = 0; d < DIGITS; d++) {
            int size = starts[d];
            starts[d] = start;
            start += size;
        }
        for (int i = 0; i < count; i++) {
            scratch[starts[digit(keys[order[i]], shift)]++] = order[i];
        }
        int[] old = order;
        order = scratch;
        scratch = old;
    }

    private static int digit(long key, int shift) {
        return (int) (key >>> shift) & DIGITS - 1;
    }
}
