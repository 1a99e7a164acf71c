// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;

/**
 * Heat per page over a longer time than the table's: what separates a page that is always a little warm from one that
 * had a lucky sample. Counts halve every {@value #HALF_LIFE_SECONDS} seconds.
 *
 * <p>Each round adds the samples that are new since the last one, which is what a page's count has grown by beyond its
 * decay. Instead of ageing every page, the samples of later rounds weigh more; weights are scaled down when they grow
 * large. An open-addressing table in one array, a page's words side by side: looking a page up is what takes time, and
 * each array more would be another line of memory to wait for. Pages that went cold are dropped when it is rebuilt,
 * unless they moved of late: a page that no sample ever sees and that never goes where it is planned to go, as one of a
 * shared library, must be held ever longer.
 */
final class HeatHistory {
    static final int HALF_LIFE_SECONDS = 90;

    private static final long EMPTY = 0; // what a new array holds: pages are written as their complement
    private static final int FIRST_SLOTS = 1 << 10;
    private static final double HALF_LIFE_NS = HALF_LIFE_SECONDS * 1e9;
    private static final double RESCALE_ABOVE = 1 << 20;
    private static final double FORGET_BELOW = 1.0 / 16;
    private static final int MOST_SLOTS = (Integer.MAX_VALUE - 8) / 3;
    private static final double FULL_SHARE = 0.8;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int MAX_DOUBLINGS = 6;

    /* A slot's words: its page; its decayed sum, and its count in the last snapshot with it, as floats; the epoch of that
       snapshot, and how often and when it moved. */
    private static final int WORDS = 3;
    /* Pages that stay together: 1.5 KiB of words, so that going through memory by address goes through few places of the table. */
    private static final int NEIGHBOUR_BITS = 6;
    private static final int COUNTS = 1;
    private static final int TIMES = 2;
    private static final int MOVED_SECOND_BITS = 28;
    private static final int MAX_MOVED_SECOND = (1 << MOVED_SECOND_BITS) - 1;
    private static final long MOVE_MASK = 0xffff_ffffL;

    private final long holdNs;
    private long[] words;
    private int slots;
    private float[] noted = {};
    private int used;
    private double weight = 1;
    private double observed;
    private double observedNs;
    private long lastNs;
    private long firstMoveNs;
    private long nowNs;

    /** Begins without any, for a policy that holds a page so long after its first move. */
    HeatHistory(long holdNs) {
        this.holdNs = holdNs;
        allocate(FIRST_SLOTS);
    }

    /** Takes in what is new in a snapshot. */
    void note(HeatSnapshot heat) {
        nowNs = heat.takenAtNs();
        long sinceNs = lastNs == 0 ? heat.windowNs() : nowNs - lastNs;
        if (lastNs != 0) {
            weight *= Math.pow(2, sinceNs / HALF_LIFE_NS);
        }
        observedNs += sinceNs * weight;
        lastNs = nowNs;
        if (heat.pageCount() > FULL_SHARE * slots) {
            rebuild((int) Math.min(MOST_SLOTS, heat.pageCount() / FULL_SHARE + 1));
        }
        int epoch = (int) (nowNs >>> heat.epochShift());
        if (weight > RESCALE_ABOVE) {
            rescale();
        }
        noted = noted.length < heat.pageCount() ? new float[heat.pageCount()] : noted;
        if (used == 0) {
            noteFirst(heat, epoch);
            return;
        }
        int at = 0;
        for (int i = 0; i < heat.pageCount(); i++) {
            at = claim(heat.pageNumber(i), at + WORDS);
            noted[i] = note(at, heat.accesses(i), epoch);
        }
    }

    /**
     * The same where there is nothing yet, so that no page has a place: the place of one behind the last is behind that one's, all places
     * between its own and there being taken.
     */
    private void noteFirst(HeatSnapshot heat, int epoch) {
        int at = 0;
        long last = heat.pageCount() > 0 ? heat.pageNumber(0) : 0;
        for (int i = 0; i < heat.pageCount(); i++) {
            long pageNumber = heat.pageNumber(i);
            boolean isNext = pageNumber == last + 1 && (pageNumber & (1 << NEIGHBOUR_BITS) - 1) != 0;
            at = isNext ? at + WORDS : home(pageNumber);
            at = at == words.length ? 0 : at;
            while (words[at] != EMPTY && words[at] != ~pageNumber) {
                at = at + WORDS == words.length ? 0 : at + WORDS;
            }
            used += words[at] == EMPTY ? 1 : 0;
            words[at] = ~pageNumber;
            last = pageNumber;
            noted[i] = note(at, heat.accesses(i), epoch);
        }
    }

    /** Decayed samples of a page; 0 for one that was never sampled, or long ago. */
    double samples(long pageNumber) {
        int at = find(pageNumber);
        return words[at] == EMPTY ? 0 : sum(at) / weight;
    }

    /** The same of the i-th page of the snapshot that was noted last. */
    double notedSamples(int i) {
        return noted[i] / weight;
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
    void noteMove(long pageNumber, long movedNs) {
        nowNs = movedNs;
        firstMoveNs = firstMoveNs == 0 ? nowNs - SECOND_NS : firstMoveNs;
        int at = claim(pageNumber);
        long moves = Math.min(MAX_DOUBLINGS, moves(words, at) + 1);
        long second = Math.min(MAX_MOVED_SECOND, (nowNs - firstMoveNs) / SECOND_NS);
        words[at + TIMES] = words[at + TIMES] & ~MOVE_MASK | moves << MOVED_SECOND_BITS | second;
    }

    /** Whether a page moved a short while ago; twice as long with every move that is remembered. */
    boolean isHeld(long pageNumber, long atNs) {
        int at = find(pageNumber);
        return words[at] != EMPTY && moves(words, at) > 0 && atNs - movedNs(words, at) < heldNs(words, at);
    }

    private long heldNs(long[] of, int at) {
        return holdNs << moves(of, at) - 1;
    }

    private long movedNs(long[] of, int at) {
        return firstMoveNs + (of[at + TIMES] & MAX_MOVED_SECOND) * SECOND_NS;
    }

    /** Returns the page's sum. */
    private float note(int at, float count, int epoch) {
        float last = Float.intBitsToFloat((int) words[at + COUNTS]);
        float fresh = count - last * HeatSnapshot.scaleOf(epoch - (int) (words[at + TIMES] >>> Integer.SIZE));
        float sum = sum(at);
        if (fresh > 0) {
            sum += (float) (fresh * weight);
            observed += fresh * weight;
        }
        words[at + COUNTS] = counts(sum, Float.floatToRawIntBits(count));
        words[at + TIMES] = (long) epoch << Integer.SIZE | words[at + TIMES] & MOVE_MASK;
        return sum;
    }

    private float sum(int at) {
        return sum(words, at);
    }

    private static float sum(long[] of, int at) {
        return Float.intBitsToFloat((int) (of[at + COUNTS] >>> Integer.SIZE));
    }

    private static long counts(float sum, long lastCountBits) {
        return (long) Float.floatToRawIntBits(sum) << Integer.SIZE | lastCountBits & MOVE_MASK;
    }

    private static int moves(long[] of, int at) {
        return (int) (of[at + TIMES] & MOVE_MASK) >>> MOVED_SECOND_BITS;
    }

    /** The place of a page, which it gets if it has none; neighbours mostly lie one behind the other, so that place is tried first. */
    private int claim(long pageNumber, int likely) {
        return likely < words.length && words[likely] == ~pageNumber ? likely : claim(pageNumber);
    }

    /** The place of a page, which it gets if it has none. */
    private int claim(long pageNumber) {
        int at = find(pageNumber);
        if (words[at] == EMPTY) {
            if (used + 1 > FULL_SHARE * slots) {
                rebuild(0);
                at = find(pageNumber);
            }
            words[at] = ~pageNumber;
            used++;
        }
        return at;
    }

    private void rescale() {
        for (int at = 0; at < words.length; at += WORDS) {
            words[at + COUNTS] = counts(sum(at) / (float) weight, words[at + COUNTS]);
        }
        observed /= weight;
        observedNs /= weight;
        weight = 1;
    }

    /** Drops what went cold and makes room for as much again by half, and for at least so many slots. */
    private void rebuild(int leastSlots) {
        long[] old = words;
        int live = 0;
        for (int at = 0; at < old.length; at += WORDS) {
            live += isLive(old, at) ? 1 : 0;
        }
        allocate((int) Math.max(Math.max(FIRST_SLOTS, leastSlots), Math.min(MOST_SLOTS, (live + 1L) * 3 / 2)));
        for (int at = 0; at < old.length; at += WORDS) {
            if (isLive(old, at)) {
                System.arraycopy(old, at, words, find(~old[at]), WORDS);
                used++;
            }
        }
    }

    private boolean isLive(long[] of, int at) {
        return of[at] != EMPTY && (sum(of, at) >= FORGET_BELOW * weight || hasMovedOfLate(of, at));
    }

    /** Until its hold has been over for as long again: what moves by then is held twice as long. */
    private boolean hasMovedOfLate(long[] of, int at) {
        return moves(of, at) > 0 && nowNs - movedNs(of, at) < 2 * heldNs(of, at);
    }

    private void allocate(int slotCount) {
        slots = slotCount;
        words = new long[slots * WORDS];
        used = 0;
    }

    /**
     * The place of a page's words, or of the empty slot where it would be. Neighbours stay together: a snapshot comes by
     * address, and what is near is there already.
     */
    private int find(long pageNumber) {
        int at = home(pageNumber);
        while (words[at] != ~pageNumber && words[at] != EMPTY) {
            at = at + WORDS == words.length ? 0 : at + WORDS;
        }
        return at;
    }

    /** Where a page's words are if nothing else is there. */
    private int home(long pageNumber) {
        long hash = (pageNumber >>> NEIGHBOUR_BITS) * 0x9E3779B97F4A7C15L >>> 32;
        int slot = (int) (hash * slots >>> 32) + (int) (pageNumber & (1 << NEIGHBOUR_BITS) - 1);
        return (slot < slots ? slot : slot - slots) * WORDS;
    }
}
