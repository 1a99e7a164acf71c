// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.membalancer.core.heat.RowShape.LANES_PER_WORD;
import static org.membalancer.core.heat.RowShape.LANE_BITS;

/** Where a row's counters of one kind lie: words that they may share with the other kind's, and their bits in them. Immutable. */
final class Lanes {
    private final int first;
    private final long words;
    private final long[] masks;

    /** As many lanes as nodes, from the first one on. */
    Lanes(int first, int nodeCount) {
        int last = first + nodeCount - 1;
        int firstWord = first / LANES_PER_WORD;
        int lastWord = last / LANES_PER_WORD;
        this.first = first;
        this.words = -1L << firstWord & -1L >>> Long.SIZE - 1 - lastWord;
        this.masks = new long[lastWord + 1];
        java.util.Arrays.fill(masks, firstWord, lastWord + 1, -1L);
        masks[firstWord] &= -1L << first % LANES_PER_WORD * LANE_BITS;
        masks[lastWord] &= -1L >>> (LANES_PER_WORD - 1 - last % LANES_PER_WORD) * LANE_BITS;
    }

    /** The first lane. */
    int first() {
        return first;
    }

    /** The words with counters of this kind, a bit each. */
    long words() {
        return words;
    }

    /** The bits of a word that are counters of this kind. */
    long mask(int word) {
        return masks[word];
    }
}
