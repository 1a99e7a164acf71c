// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;

import org.membalancer.core.heat.HeatSnapshot;

/**
 * Heat per page over a longer time than the table's: what separates a page that is always a little warm from one that
 * had a lucky sample. Counts halve every {@value #HALF_LIFE_SECONDS} seconds.
 *
 * <p>Each round adds the samples that are new since the last one, which is what a page's count has grown by beyond its
 * decay. Instead of ageing every page, the samples of later rounds weigh more; weights are scaled down when they grow
 * large. An open-addressing table of primitives; pages that went cold are dropped when it is rebuilt.
 */
final class HeatHistory {
    static final int HALF_LIFE_SECONDS = 90;

    private static final long EMPTY = -1;
    private static final int FIRST_SLOTS = 1 << 10;
    private static final double HALF_LIFE_NS = HALF_LIFE_SECONDS * 1e9;
    private static final double RESCALE_ABOVE = 1 << 20;
    private static final double FORGET_BELOW = 1.0 / 16;
    private static final int MOST_SLOTS = Integer.MAX_VALUE - 8;
    private static final double FULL_SHARE = 0.8;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int MAX_DOUBLINGS = 6;

    private long[] pages;
    private float[] sums;
    private float[] lastCounts;
    private int[] lastEpochs;
    private int[] lastMoveSeconds;
    private byte[] moves;
    private int used;
    private double weight = 1;
    private double observed;
    private double observedNs;
    private long lastNs;
    private long firstMoveNs;

    HeatHistory() {
        allocate(FIRST_SLOTS);
    }

    /** Takes in what is new in a snapshot. */
    void note(HeatSnapshot heat) {
        long nowNs = heat.takenAtNs();
        long sinceNs = lastNs == 0 ? heat.windowNs() : nowNs - lastNs;
        if (lastNs != 0) {
            weight *= Math.pow(2, sinceNs / HALF_LIFE_NS);
        }
        observedNs += sinceNs * weight;
        lastNs = nowNs;
        if (heat.pageCount() > FULL_SHARE * pages.length) {
            rebuild((int) Math.min(MOST_SLOTS, heat.pageCount() / FULL_SHARE + 1));
        }
        int epoch = (int) (nowNs >>> heat.epochShift());
        if (weight > RESCALE_ABOVE) {
            rescale();
        }
        for (int i = 0; i < heat.pageCount(); i++) {
            note(heat.pageNumber(i), heat.accesses(i), epoch);
        }
    }

    /** Decayed samples of a page; 0 for one that was never sampled, or long ago. */
    double samples(long pageNumber) {
        int at = find(pageNumber);
        return pages[at] == EMPTY ? 0 : sums[at] / weight;
    }

    /** Decayed samples of all pages. */
    double total() {
        return observed / weight;
    }

    /** Over how long the decayed samples were gathered. */
    double observedNs() {
        return Math.max(1, observedNs / weight);
    }

    /** Notes that a page was planned to move. */
    void noteMove(long pageNumber, long nowNs) {
        firstMoveNs = firstMoveNs == 0 ? nowNs - SECOND_NS : firstMoveNs;
        int at = claim(pageNumber);
        moves[at] = (byte) Math.min(MAX_DOUBLINGS, moves[at] + 1);
        lastMoveSeconds[at] = (int) ((nowNs - firstMoveNs) / SECOND_NS);
    }

    /** Whether a page moved a short while ago; twice as long with every move that is remembered. */
    boolean isHeld(long pageNumber, long nowNs, long holdNs) {
        int at = find(pageNumber);
        if (pages[at] == EMPTY || moves[at] == 0) {
            return false;
        }
        long movedNs = firstMoveNs + lastMoveSeconds[at] * SECOND_NS;
        return nowNs - movedNs < holdNs << moves[at] - 1;
    }

    private void note(long pageNumber, float count, int epoch) {
        int at = claim(pageNumber);
        int age = Math.min(Float.MAX_EXPONENT, Math.max(0, epoch - lastEpochs[at]));
        float fresh = count - Math.scalb(lastCounts[at], -age);
        if (fresh > 0) {
            sums[at] += (float) (fresh * weight);
            observed += fresh * weight;
        }
        lastCounts[at] = count;
        lastEpochs[at] = epoch;
    }

    /** The place of a page, which it gets if it has none. */
    private int claim(long pageNumber) {
        int at = find(pageNumber);
        if (pages[at] == EMPTY) {
            if (used + 1 > FULL_SHARE * pages.length) {
                rebuild(0);
                at = find(pageNumber);
            }
            pages[at] = pageNumber;
            used++;
        }
        return at;
    }

    private void rescale() {
        for (int at = 0; at < pages.length; at++) {
            sums[at] /= (float) weight;
        }
        observed /= weight;
        observedNs /= weight;
        weight = 1;
    }

    /** Drops what went cold and makes room for as much again by half, and for at least so many slots. */
    private void rebuild(int leastSlots) {
        long[] oldPages = pages;
        float[] oldSums = sums;
        float[] oldCounts = lastCounts;
        int[] oldEpochs = lastEpochs;
        int[] oldMoveSeconds = lastMoveSeconds;
        byte[] oldMoves = moves;
        int live = 0;
        for (int at = 0; at < oldPages.length; at++) {
            live += oldPages[at] != EMPTY && oldSums[at] >= FORGET_BELOW * weight ? 1 : 0;
        }
        allocate((int) Math.max(Math.max(FIRST_SLOTS, leastSlots), Math.min(MOST_SLOTS, (live + 1L) * 3 / 2)));
        for (int at = 0; at < oldPages.length; at++) {
            if (oldPages[at] != EMPTY && oldSums[at] >= FORGET_BELOW * weight) {
                int to = find(oldPages[at]);
                pages[to] = oldPages[at];
                sums[to] = oldSums[at];
                lastCounts[to] = oldCounts[at];
                lastEpochs[to] = oldEpochs[at];
                lastMoveSeconds[to] = oldMoveSeconds[at];
                moves[to] = oldMoves[at];
                used++;
            }
        }
    }

    private void allocate(int slots) {
        pages = new long[slots];
        Arrays.fill(pages, EMPTY);
        sums = new float[slots];
        lastCounts = new float[slots];
        lastEpochs = new int[slots];
        lastMoveSeconds = new int[slots];
        moves = new byte[slots];
        used = 0;
    }

    private int find(long pageNumber) {
        long hash = pageNumber * 0x9E3779B97F4A7C15L >>> 32;
        int at = (int) (hash * pages.length >>> 32);
        while (pages[at] != pageNumber && pages[at] != EMPTY) {
            at = at + 1 == pages.length ? 0 : at + 1;
        }
        return at;
    }
}
