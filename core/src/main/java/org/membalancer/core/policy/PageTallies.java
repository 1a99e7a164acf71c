// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;

/** Adds pages of a snapshot to tallies. */
final class PageTallies {
    private final HeatSnapshot heat;
    private final Residency residency;
    private final NodeTable nodes;
    private final int[] nodeIds;
    private final float[] samples;

    PageTallies(HeatSnapshot heat, Residency residency, NodeTable nodes) {
        this.heat = heat;
        this.residency = residency;
        this.nodes = nodes;
        this.nodeIds = new int[heat.nodeCount()];
        this.samples = new float[heat.nodeCount()];
    }

    /** Adds the i-th page. */
    void addTo(BlockTally tally, int i) {
        addTimes(tally, i, 1);
    }

    /** Adds the pages from one index to before another. */
    void addTo(BlockTally tally, int from, int to) {
        for (int i = from; i < to; i++) {
            addTimes(tally, i, 1);
        }
    }

    /** Adds the i-th page, which stands for so many. */
    void addTimes(BlockTally tally, int i, int times) {
        int count = heat.samples(i, nodeIds, samples);
        tally.addPage(count, nodeIds, samples, residency.nodeOf(i), times, nodes);
    }
}
