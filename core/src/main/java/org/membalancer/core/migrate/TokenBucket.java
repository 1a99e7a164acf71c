// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

/** Bytes that may be moved now: fills at a steady rate up to one second's worth, starts full, never goes below 0. */
final class TokenBucket {
    private static final double SECOND_NS = 1e9;

    private final long bytesPerSecond;
    private double bytes;
    private long filledAtNs;

    TokenBucket(long bytesPerSecond, long nowNs) {
        this.bytesPerSecond = bytesPerSecond;
        this.bytes = bytesPerSecond;
        this.filledAtNs = nowNs;
    }

    /** Bytes available at an instant, not before the last one asked about. */
    long available(long nowNs) {
        double filled = (nowNs - filledAtNs) / SECOND_NS * bytesPerSecond;
        bytes = Math.min(bytesPerSecond, bytes + Math.max(0, filled));
        filledAtNs = nowNs;
        return (long) bytes;
    }

    void take(long takenBytes) {
        bytes = Math.max(0, bytes - takenBytes);
    }
}
