// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** SplitMix64: small, fast, and the same numbers on every JDK, which the JDK's own fast generators do not promise. */
final class SplitMix {
    private static final double UNIT = 0x1p-53;

    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    /** From 0 to the limit, without it. */
    int nextInt(int limit) {
        return (int) ((nextLong() >>> 32) * limit >>> 32);
    }

    /** From 0 to 1, without 1. */
    double nextDouble() {
        return (nextLong() >>> 11) * UNIT;
    }

    /** A number from 0 to 1 that belongs to a value: always the same one. */
    static double unitOf(long value) {
        return (mix(value * 0x9E3779B97F4A7C15L + 1) >>> 11) * UNIT;
    }

    private static long mix(long from) {
        long z = (from ^ from >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
