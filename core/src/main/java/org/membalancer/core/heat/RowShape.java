// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/**
 * How a slot's payload lies in the 64-bit words that a snapshot keeps of it, little-endian.
 *
 * <p>The snapshot keeps words, not decoded counters: copying words is what makes a snapshot cheap, and most pages of
 * most snapshots are never looked at by node.
 *
 * @param words of counters per page
 * @param accessLane first 16-bit lane of the accesses by node
 * @param stallLane first 16-bit lane of the stalls by node
 * @param epochBit where the 32-bit epoch starts in the mark word
 * @param latencyBit where the 16-bit latency starts in the mark word
 * @param storesBit where the 8-bit stores start in the mark word
 * @param codesBit where the 8-bit codes start in the mark word
 */
record RowShape(
        int words, int accessLane, int stallLane, int epochBit, int latencyBit, int storesBit, int codesBit) {
    /** Two words are copied of every slot: the smallest slot has that many, and two without a loop are cheap. */
    static final int MIN_WORDS = 2;
    /** Every word may have counts. */
    static final long ALL_WORDS = -1;
    /** As many as leave one bit of a long for each word. */
    static final int MAX_NODES = 124;
    static final int LANE_BITS = 16;
    static final int LANES_PER_WORD = Long.SIZE / LANE_BITS;
    static final long LANE_MASK = 0xffffL;

    /** Counters side by side: accesses, then stalls. */
    static RowShape packed(int nodeCount) {
        return new RowShape(Math.max(MIN_WORDS, wordsOf(2 * nodeCount)), 0, nodeCount, 0, 32, 48, 56);
    }

    /** The most words that any accepted layout needs: both kinds of counters start in a word of their own. */
    static int maxWords(int nodeCount) {
        return 2 * (wordsOf(nodeCount) + 1);
    }

    /** Whether rows are so wide that it pays to keep only those of their words that have counts. */
    boolean isWide() {
        return words > MIN_WORDS;
    }

    /** A word's bit among those that are kept. */
    static long wordBit(int word) {
        return 1L << word;
    }

    /** The lanes of one word that hold counters, all bits set. */
    long countersOf(int word, int nodeCount) {
        long mask = 0;
        for (int lane = 0; lane < LANES_PER_WORD; lane++) {
            int at = word * LANES_PER_WORD + lane;
            boolean isAccess = at >= accessLane && at < accessLane + nodeCount;
            boolean isStall = at >= stallLane && at < stallLane + nodeCount;
            mask |= isAccess || isStall ? LANE_MASK << lane * LANE_BITS : 0;
        }
        return mask;
    }

    private static int wordsOf(int lanes) {
        return (lanes + LANES_PER_WORD - 1) / LANES_PER_WORD;
    }
}
