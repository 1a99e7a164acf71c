// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.sample.Sample;

/** Learns from samples on which node each page of a snapshot lay last. Owned by one thread. */
final class TracePlaces {
    private final HeatSnapshot heat;
    private final Residency residency;

    /**
     * Starts with no place known.
     *
     * @param heat sorted by address
     */
    TracePlaces(HeatSnapshot heat, Residency residency) {
        this.heat = heat;
        this.residency = residency;
        residency.begin(heat.pageCount());
    }

    /** Takes a sample; later ones win. */
    void look(Sample sample) {
        if (sample.memoryNode() == Sample.NODE_UNKNOWN) {
            return;
        }
        int page = indexOf(sample.address() >>> heat.pageShift());
        if (page >= 0) {
            residency.set(page, sample.memoryNode());
        }
    }

    private int indexOf(long pageNumber) {
        int low = 0;
        int high = heat.pageCount() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(heat.pageNumber(middle), pageNumber);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order > 0 ? middle - 1 : high;
        }
        return -1;
    }
}
