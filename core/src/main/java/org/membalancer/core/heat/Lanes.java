// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.membalancer.core.heat.RowShape.LANES_PER_WORD;
import static org.membalancer.core.heat.RowShape.LANE_BITS;

/** Where a row's counters of one kind lie: words that they may share with the other kind's, and their bits in them. Immutable. */
final class Lanes {
    private final int first;
    private final long words;
    private final int firstWord;
    private final int lastWord;
    private final long firstMask;
    private final long lastMask;

    /** As many lanes as nodes, from the first one on. */
    Lanes(int first, int nodeCount) {
        int last = first + nodeCount - 1;
        this.first = first;
        this.firstWord = first / LANES_PER_WORD;
        this.lastWord = last / LANES_PER_WORD;
        this.words = -1L << firstWord & -1L >>> Long.SIZE - 1 - lastWord;
        this.firstMask = -1L << first % LANES_PER_WORD * LANE_BITS;
        this.lastMask = -1L >>> (LANES_PER_WORD - 1 - last % LANES_PER_WORD) * LANE_BITS;
    }

    /** The first lane. */
    int first() {
        return first;
    }

    /** The words with counters of this kind, a bit each. */
    long words() {
        return words;
    }

    /** The bits of a word that are counters of this kind; asked for every slot that is copied. */
    long mask(int word) {
        return (word == firstWord ? firstMask : -1L) & (word == lastWord ? lastMask : -1L);
    }
}
