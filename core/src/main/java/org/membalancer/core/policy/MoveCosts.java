// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** What moving memory costs on this machine. A policy asks while it plans, on its thread. */
@FunctionalInterface
public interface MoveCosts {
    /** Time per 4 KiB where nobody measured: unmapping, copying and mapping one base page. */
    double DEFAULT_NS_PER_4KIB = 10_000;

    /**
     * Thread time that moving 4 KiB takes.
     *
     * @param fromNodeId where the memory lies
     * @param toNodeId where it would go
     * @param pageBytes of the pages that the kernel moves one by one: 4096, or a huge page's
     */
    double nsPer4KiB(int fromNodeId, int toNodeId, long pageBytes);

    /** The default for every pair of nodes. */
    static MoveCosts unknown() {
        return (fromNodeId, toNodeId, pageBytes) -> DEFAULT_NS_PER_4KIB;
    }
}
