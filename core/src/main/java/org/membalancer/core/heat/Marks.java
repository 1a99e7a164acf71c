// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/** What a slot says besides its counters, in one word: epoch, latency, stores and codes. Stateless. */
final class Marks {
    static final int MAX_LATENCY = 0xffff;
    static final int MAX_SMALL_COUNT = 0xff;

    private static final long EPOCH_MASK = 0xffff_ffffL;

    private Marks() {
    }

    /** Puts a word together. */
    static long of(RowShape shape, int epoch, int latency, int stores, int codes) {
        return (epoch & EPOCH_MASK) << shape.epochBit() | (long) latency << shape.latencyBit()
                | (long) stores << shape.storesBit() | (long) codes << shape.codesBit();
    }

    static int epoch(long mark, RowShape shape) {
        return (int) (mark >>> shape.epochBit());
    }

    static int latency(long mark, RowShape shape) {
        return (int) (mark >>> shape.latencyBit()) & MAX_LATENCY;
    }

    /** Of stores or codes, by where they start. */
    static int smallCount(long mark, int bit) {
        return (int) (mark >>> bit) & MAX_SMALL_COUNT;
    }

    /** What two slots say of one page: as of the newer one's epoch, with its latency if it has one. */
    static long joined(long a, long b, RowShape shape) {
        boolean isNewer = epoch(b, shape) - epoch(a, shape) > 0; // they wrap around
        long newer = isNewer ? b : a;
        long older = isNewer ? a : b;
        int age = Math.min(epoch(newer, shape) - epoch(older, shape), Integer.SIZE - 1);
        int latency = latency(newer, shape) != 0 ? latency(newer, shape) : latency(older, shape);
        return of(shape, epoch(newer, shape), latency,
                sum(newer, older, age, shape.storesBit()), sum(newer, older, age, shape.codesBit()));
    }

    private static int sum(long newer, long older, int age, int bit) {
        return Math.min(smallCount(newer, bit) + (smallCount(older, bit) >>> age), MAX_SMALL_COUNT);
    }
}
