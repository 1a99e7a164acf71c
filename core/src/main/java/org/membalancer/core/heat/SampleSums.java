// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.membalancer.core.heat.RowShape.LANES_PER_WORD;
import static org.membalancer.core.heat.RowShape.LANE_BITS;
import static org.membalancer.core.heat.RowShape.LANE_MASK;

/**
 * Sums up samples of many pages by node, as {@link HeatSnapshot#samples(int, int[], float[])} has them of one. That is what takes most
 * of a plan's time: all in one loop, and nothing stored between. Good until the snapshot is filled anew. Owned by one thread.
 */
public final class SampleSums {
    private final HeatSnapshot heat;
    private final long[] lanes;
    private final int[] nodeIds;
    private final float[] counts;

    /**
     * Prepares to sum up.
     *
     * @param heat filled, weighed, and told of moved users
     * @param isRead by node id, whether samples from there count; those from nodes beyond its length do not
     */
    public SampleSums(HeatSnapshot heat, boolean[] isRead) {
        this.heat = heat;
        this.lanes = new long[heat.shape().words()];
        this.nodeIds = new int[heat.nodeCount()];
        this.counts = new float[heat.nodeCount()];
        for (int nodeId = 0; nodeId < Math.min(heat.nodeCount(), isRead.length); nodeId++) {
            int lane = heat.accesses().first() + nodeId;
            lanes[lane / LANES_PER_WORD] |= isRead[nodeId] ? LANE_MASK << lane % LANES_PER_WORD * LANE_BITS : 0;
        }
    }

    /**
     * Adds the samples of pages.
     *
     * @param from the first page
     * @param to behind the last page
     * @param byNode where a node's samples are added
     * @param nodeBits where a bit is set for each node with samples, 64 in a long
     * @param byPage filled with the sum of each page, from 0 on
     */
    public void add(int from, int to, double[] byNode, long[] nodeBits, double[] byPage) {
        if (!heat.movedUsers().isNone()) {
            addMoved(from, to, byNode, nodeBits, byPage);
            return;
        }
        Rows rows = heat.rows();
        Lanes accesses = heat.accesses();
        Lanes stalls = heat.stalls();
        boolean isEitherSample = heat.weight() == HeatWeight.COUNTS;
        for (int i = from; i < to; i++) {
            int at = heat.placeOf(i);
            byPage[i - from] = isEitherSample && rows.hasAny(at, stalls)
                    ? rows.addLarger(at, accesses, stalls, lanes, heat.scale(at), byNode, nodeBits)
                    : rows.add(at, accesses, lanes, heat.scale(at), byNode, nodeBits);
        }
    }

    /**
     * The same of pages that lie far apart in memory. Each has a look first, without choices between, so that the CPU waits for many
     * of them at once.
     *
     * @param pages in any order
     * @param count how many
     */
    public void add(int[] pages, int count, double[] byNode, long[] nodeBits, double[] byPage) {
        long seen = 0;
        for (int n = 0; n < count; n++) {
            int at = heat.placeOf(pages[n]);
            seen ^= heat.marks()[at] ^ heat.rows().firstWord(at);
        }
        byPage[0] = seen; // only what is used is read
        double[] ofOne = new double[1];
        for (int n = 0; n < count; n++) {
            add(pages[n], pages[n] + 1, byNode, nodeBits, ofOne);
            byPage[n] = ofOne[0];
        }
    }

    private void addMoved(int from, int to, double[] byNode, long[] nodeBits, double[] byPage) {
        for (int i = from; i < to; i++) {
            int found = heat.samples(i, nodeIds, counts);
            double sum = 0;
            for (int n = 0; n < found; n++) {
                int nodeId = nodeIds[n];
                if (Rows.isRead(lanes, heat.accesses().first() + nodeId)) {
                    byNode[nodeId] += counts[n];
                    nodeBits[nodeId / Long.SIZE] |= 1L << nodeId;
                    sum += counts[n];
                }
            }
            byPage[i - from] = sum;
        }
    }
}
