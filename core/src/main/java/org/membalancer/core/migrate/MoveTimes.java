// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

/** Told how long moves took, so that somebody learns what they cost. Called on the executor's thread. */
@FunctionalInterface
public interface MoveTimes {

    /**
     * Notes what one call moved between two nodes.
     *
     * @param fromNodeId where the pages lay
     * @param toNodeId where they lie now
     * @param pageBytes of the pages that moved one by one: the kernel's page size or a huge page's
     * @param movedBytes above 0
     * @param elapsedNs that the call took for them, above 0
     */
    void note(int fromNodeId, int toNodeId, long pageBytes, long movedBytes, long elapsedNs);
}
