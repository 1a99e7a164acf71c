// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

/**
 * What became of the recent accesses from which threads' memory is told, since the beginning.
 *
 * @param read handed over by the ring
 * @param lost overwritten before they were read, those of other processes in the same ring included
 * @param withoutNode of those read, those whose page's node nobody could tell
 */
public record ThreadSamples(long read, long lost, long withoutNode) {
    private static final ThreadSamples NONE = new ThreadSamples(0, 0, 0);

    /** None yet. */
    public static ThreadSamples none() {
        return NONE;
    }
}
