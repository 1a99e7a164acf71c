// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.Arrays;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.sample.Sample;

/** Learns from samples on which node each page of a snapshot lay last. Owned by one thread. */
final class TracePlaces {
    private final int pageShift;
    private final long[] pageNumbers; // the snapshot is filled anew for other processes meanwhile
    private final int[] nodeIds;

    /**
     * Starts with no place known.
     *
     * @param heat sorted by address
     */
    TracePlaces(HeatSnapshot heat) {
        pageShift = heat.pageShift();
        pageNumbers = new long[heat.pageCount()];
        Arrays.setAll(pageNumbers, heat::pageNumber);
        nodeIds = new int[heat.pageCount()];
        Arrays.fill(nodeIds, Residency.UNKNOWN);
    }

    /** Takes a sample; later ones win. */
    void look(Sample sample) {
        if (sample.memoryNode() == Sample.NODE_UNKNOWN) {
            return;
        }
        int page = indexOf(sample.address() >>> pageShift);
        if (page >= 0) {
            nodeIds[page] = sample.memoryNode();
        }
    }

    /** Fills the residency of the same snapshot. */
    void copyTo(Residency residency) {
        residency.begin(nodeIds.length);
        for (int page = 0; page < nodeIds.length; page++) {
            residency.set(page, nodeIds[page]);
        }
    }

    /** Addresses of user space are positive, so that signed order is theirs. */
    private int indexOf(long pageNumber) {
        return Arrays.binarySearch(pageNumbers, pageNumber);
    }
}
