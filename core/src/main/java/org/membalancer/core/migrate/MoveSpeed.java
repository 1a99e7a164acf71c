// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

/**
 * How fast pages of one size moved between two nodes. Immutable.
 *
 * @param fromNodeId where they lay
 * @param toNodeId where they lie now
 * @param isHuge whether most of them moved as parts of huge pages
 * @param bytes moved
 * @param elapsedNs spent in the kernel for them, above 0
 */
public record MoveSpeed(int fromNodeId, int toNodeId, boolean isHuge, long bytes, long elapsedNs) {
    private static final double SECOND_NS = 1e9;

    /** Bytes per second, everything that a move needs included. */
    public double bytesPerSecond() {
        return bytes * SECOND_NS / elapsedNs;
    }
}
