// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.SampleSums;
import org.membalancer.core.residency.Residency;

/** Adds pages of a snapshot to tallies. */
final class PageTallies {
    private final Residency residency;
    private final NodeTable nodes;
    private final SampleSums sums;
    private double[] ofPages = {};

    PageTallies(HeatSnapshot heat, Residency residency, NodeTable nodes) {
        this.residency = residency;
        this.nodes = nodes;
        this.sums = new SampleSums(heat, nodes.existing());
    }

    /** Adds the i-th page. */
    void addTo(BlockTally tally, int i) {
        addTo(tally, i, i + 1);
    }

    /** Adds the pages from one index to before another. */
    void addTo(BlockTally tally, int from, int to) {
        ofPages = ofPages.length < to - from ? new double[to - from] : ofPages;
        tally.addSamples(sums, from, to, ofPages);
        for (int first = from; first < to;) {
            int place = residency.nodeOf(first);
            double samples = ofPages[first - from];
            double most = samples;
            int end = first + 1;
            while (end < to && residency.nodeOf(end) == place) {
                double ofPage = ofPages[end++ - from];
                samples += ofPage;
                most = Math.max(most, ofPage);
            }
            tally.addPlaced(end - first, samples, most, place, nodes);
            first = end;
        }
    }

    /** Adds pages that may lie far apart. */
    void addScattered(BlockTally tally, int[] pages, int count) {
        ofPages = ofPages.length < Math.max(1, count) ? new double[Math.max(1, count)] : ofPages;
        tally.addSamples(sums, pages, count, ofPages);
        for (int n = 0; n < count; n++) {
            tally.addPlaced(1, ofPages[n], ofPages[n], residency.nodeOf(pages[n]), nodes);
        }
    }
}
