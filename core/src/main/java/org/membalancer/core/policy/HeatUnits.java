// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.residency.Residency;

/**
 * The movable pages of a snapshot in units that are hot or cold as a whole: pages, or aligned blocks of them where pages
 * of one block are alike. Reused from round to round; owned by one thread.
 *
 * <p>How large units are, the samples tell: if pages of a block differ no more than chance makes them differ, two samples
 * hit the same page of it as often as two samples of a block of equal pages would. If they do so clearly more often,
 * the block is a mixture. Blocks of blocks are judged the same way.
 */
final class HeatUnits {
    static final int PAGE_SHIFT = 12;
    private static final int[] SHIFTS = {PAGE_SHIFT, 16, 21};
    private static final double MIN_COINCIDENCES = 30;
    private static final double ALIKE_BELOW = 1.5;
    private static final double PRIOR_ACCESSES = 16;

    private long[] addresses = new long[0];
    private int[] bytes = new int[0];
    private float[] samples = new float[0];
    private float[] factors = new float[0];
    private short[] places = new short[0];
    private int[] firsts = new int[0];
    private int[] ends = new int[0];
    private boolean hasFactors;
    private int count;
    private int shift = PAGE_SHIFT;

    /**
     * Becomes the units of a snapshot.
     *
     * @param history that noted this snapshot last
     * @param mostBytes of a unit of several pages: more would be too coarse for the nodes that are to be filled
     */
    void fill(HeatSnapshot heat, Residency residency, MovableRanges ranges, HeatHistory history, NodeTable nodes,
            long mostBytes) {
        reserve(heat.pageCount());
        fillPages(heat, residency, ranges, history, nodes);
        weigh(heat, nodes);
        shift = heat.pageShift();
        for (int level = 1; level < SHIFTS.length && 1L << SHIFTS[level] <= mostBytes; level++) {
            if (!isAlike(SHIFTS[level], ranges, heat.pageBytes())) {
                break;
            }
            merge(SHIFTS[level], ranges, heat.pageBytes());
            shift = SHIFTS[level];
        }
    }

    int count() {
        return count;
    }

    /** Bits between an address and its unit's number. */
    int shift() {
        return shift;
    }

    long address(int i) {
        return addresses[i];
    }

    int bytes(int i) {
        return bytes[i];
    }

    /** Decayed samples of the i-th unit. */
    double samples(int i) {
        return samples[i];
    }

    /** How much an access to it counts, next to the average access to memory of the same node. */
    double factor(int i) {
        return hasFactors ? factors[i] : 1;
    }

    /** Heat per page: samples, weighed. */
    float density(int i) {
        return (float) (samples[i] * factor(i) / (bytes[i] >> PAGE_SHIFT));
    }

    /** The node of all its sampled pages. */
    int place(int i) {
        return places[i];
    }

    /** Index of its first page in the snapshot. */
    int first(int i) {
        return firsts[i];
    }

    /** Index behind its last page in the snapshot. */
    int end(int i) {
        return ends[i];
    }

    private void fillPages(HeatSnapshot heat, Residency residency, MovableRanges ranges, HeatHistory history,
            NodeTable nodes) {
        count = 0;
        int range = -1;
        for (int i = 0; i < heat.pageCount(); i++) {
            range = ranges.find(heat.pageAddress(i), heat.pageBytes(), range);
            if (range >= 0 && nodes.exists(residency.nodeOf(i))) {
                addresses[count] = heat.pageAddress(i);
                bytes[count] = (int) heat.pageBytes();
                samples[count] = (float) history.notedSamples(i);
                places[count] = (short) residency.nodeOf(i);
                firsts[count] = i;
                ends[count++] = i + 1;
            }
        }
    }

    /** An access to a page where threads wait long counts more than one that hides behind others. */
    private void weigh(HeatSnapshot heat, NodeTable nodes) {
        hasFactors = heat.weight() == HeatWeight.MISS_LATENCY;
        if (!hasFactors) {
            return;
        }
        factors = factors.length < count ? new float[addresses.length] : factors;
        Arrays.fill(factors, 0, count, 1);
        double[] cycles = new double[nodes.limit()];
        double[] accesses = new double[nodes.limit()];
        for (int i = 0; i < count; i++) {
            cycles[places[i]] += heat.waitCycles(firsts[i]);
            accesses[places[i]] += heat.accesses(firsts[i]);
        }
        for (int i = 0; i < count; i++) {
            double mean = cycles[places[i]] / Math.max(1, accesses[places[i]]);
            if (mean > 0) {
                double wait = heat.waitCycles(firsts[i]) + PRIOR_ACCESSES * mean;
                factors[i] = (float) (wait / (heat.accesses(firsts[i]) + PRIOR_ACCESSES) / mean);
            }
        }
    }

    /** Whether units of a block of this size are alike, as far as pairs of samples tell. */
    private boolean isAlike(int blockShift, MovableRanges ranges, long pageBytes) {
        double seen = 0;
        double expected = 0;
        for (int from = 0; from < count;) {
            int to = endOfBlock(from, blockShift, ranges, pageBytes);
            double sum = 0;
            double pairs = 0;
            for (int i = from; i < to; i++) {
                sum += samples[i];
                pairs += Math.max(0, samples[i] * (samples[i] - 1));
            }
            double unitsOfBlock = (double) blockBytes(from, blockShift, ranges, pageBytes) / (1 << shift);
            seen += pairs;
            expected += Math.max(0, sum * (sum - 1)) / Math.max(1, unitsOfBlock);
            from = to;
        }
        return expected >= MIN_COINCIDENCES && seen < ALIKE_BELOW * expected;
    }

    /** Makes one unit of each block that lies in one place; what lies in several stays apart, because it may have to move. */
    private void merge(int blockShift, MovableRanges ranges, long pageBytes) {
        int merged = 0;
        for (int from = 0; from < count;) {
            int to = endOfBlock(from, blockShift, ranges, pageBytes);
            if (isInOnePlace(from, to)) {
                mergeBlock(from, to, merged++, blockShift, ranges, pageBytes);
            } else {
                for (int i = from; i < to; i++) {
                    copy(i, merged++);
                }
            }
            from = to;
        }
        count = merged;
    }

    private void mergeBlock(int from, int to, int into, int blockShift, MovableRanges ranges, long pageBytes) {
        float sum = 0;
        float weighed = 0;
        for (int i = from; i < to; i++) {
            sum += samples[i];
            weighed += (float) (samples[i] * factor(i));
        }
        int range = ranges.find(addresses[from], pageBytes);
        long start = ranges.blockStart(range, addresses[from], 1L << blockShift, pageBytes);
        bytes[into] = (int) (ranges.blockEnd(range, addresses[from], 1L << blockShift, pageBytes) - start);
        int end = ends[to - 1];
        addresses[into] = start;
        samples[into] = sum;
        if (hasFactors) {
            factors[into] = sum > 0 ? weighed / sum : 1;
        }
        places[into] = places[from];
        firsts[into] = firsts[from];
        ends[into] = end;
    }

    private boolean isInOnePlace(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (places[i] != places[from]) {
                return false;
            }
        }
        return true;
    }

    private void copy(int from, int to) {
        addresses[to] = addresses[from];
        bytes[to] = bytes[from];
        samples[to] = samples[from];
        if (hasFactors) {
            factors[to] = factors[from];
        }
        places[to] = places[from];
        firsts[to] = firsts[from];
        ends[to] = ends[from];
    }

    private int endOfBlock(int from, int blockShift, MovableRanges ranges, long pageBytes) {
        int range = ranges.find(addresses[from], pageBytes);
        long endAddress = ranges.blockEnd(range, addresses[from], 1L << blockShift, pageBytes);
        int to = from + 1;
        while (to < count && Long.compareUnsigned(addresses[to], endAddress) < 0) {
            to++;
        }
        return to;
    }

    private long blockBytes(int i, int blockShift, MovableRanges ranges, long pageBytes) {
        int range = ranges.find(addresses[i], pageBytes);
        return ranges.blockEnd(range, addresses[i], 1L << blockShift, pageBytes)
                - ranges.blockStart(range, addresses[i], 1L << blockShift, pageBytes);
    }

    private void reserve(int pages) {
        if (addresses.length < pages) {
            int length = Math.max(pages, addresses.length * 3 / 2);
            addresses = new long[length];
            bytes = new int[length];
            samples = new float[length];
            places = new short[length];
            firsts = new int[length];
            ends = new int[length];
        }
    }
}
