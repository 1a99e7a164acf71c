// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

/**
 * CLOCK_MONOTONIC, the clock by which BPF stamps the epochs of a heat table. Any thread may call.
 */
public final class MonotonicClock {
    private MonotonicClock() {
    }

    /**
     * Answers the nanoseconds since an unspecified start, the same for all processes of this boot.
     */
    public static long nowNs() {
        return nowNs0();
    }

    private static native long nowNs0();
}
