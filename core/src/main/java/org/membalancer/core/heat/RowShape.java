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
    static final int LANE_BITS = 16;
    static final int LANES_PER_WORD = Long.SIZE / LANE_BITS;
    static final long LANE_MASK = 0xffffL;

    /** Counters side by side: accesses, then stalls. */
    static RowShape packed(int nodeCount) {
        return new RowShape(wordsOf(2 * nodeCount), 0, nodeCount, 0, 32, 48, 56);
    }

    /** The most words that any accepted layout needs: both kinds of counters start in a word of their own. */
    static int maxWords(int nodeCount) {
        return 2 * (wordsOf(nodeCount) + 1);
    }

    /** A mask per word with all bits of the lanes from {@code firstLane} on that belong to one kind of counter. */
    long[] masks(int firstLane, int nodeCount) {
        long[] masks = new long[words];
        for (int lane = firstLane; lane < firstLane + nodeCount; lane++) {
            masks[lane / LANES_PER_WORD] |= LANE_MASK << lane % LANES_PER_WORD * LANE_BITS;
        }
        return masks;
    }

    private static int wordsOf(int lanes) {
        return (lanes + LANES_PER_WORD - 1) / LANES_PER_WORD;
    }
}
