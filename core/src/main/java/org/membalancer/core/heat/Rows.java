// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.membalancer.core.heat.RowShape.LANES_PER_WORD;
import static org.membalancer.core.heat.RowShape.LANE_BITS;
import static org.membalancer.core.heat.RowShape.LANE_MASK;

import java.util.Arrays;

/**
 * The counters of a snapshot's pages, a row of words each, by the page's place in the snapshot's arrays. Of wide rows only the
 * words with counts are kept, since pages have few users. Owned by one thread.
 */
final class Rows {
    private static final long EVEN_LANES = 0x0000_ffff_0000_ffffL;
    private static final long PAIR_MASK = 0xffff_ffffL;
    private static final int MAX_COUNT = 0xffff;

    /* Of wide rows: which words are kept, a bit each, and where. */
    private final long[] filled;
    private final int[] starts;
    private long[] words;
    private RowShape shape;
    private int end;

    /** Makes room. */
    Rows(int capacity, int nodeCount) {
        words = new long[Math.multiplyExact(capacity, RowShape.maxWords(nodeCount))];
        filled = new long[capacity];
        starts = new int[capacity];
        shape = RowShape.packed(nodeCount);
    }

    /** Empties all rows. */
    void begin(RowShape newShape) {
        shape = newShape;
        end = 0;
    }

    /** All rows, one behind the other; to be filled from the first one on, and {@link #end} told. */
    long[] words() {
        return words;
    }

    /** By page, where its row starts; to be filled where rows are wide. */
    int[] starts() {
        return starts;
    }

    /** By page, which words of its row are kept; to be filled where rows are wide. */
    long[] filled() {
        return filled;
    }

    /** Tells where the last row ends. */
    void end(int usedWords) {
        end = usedWords;
    }

    /** The words of a page's row that may have counts. */
    long filled(int at) {
        return shape.isWide() ? filled[at] : RowShape.ALL_WORDS;
    }

    /** A word of a page's row. */
    long word(int at, int word) {
        if (!shape.isWide()) {
            return words[at * shape.words() + word];
        }
        long bit = RowShape.wordBit(word);
        return (filled[at] & bit) == 0 ? 0 : words[starts[at] + Long.bitCount(filled[at] & bit - 1)];
    }

    /** Where the word of this bit is kept; those above it that are kept follow. */
    int placeOf(int at, long bit) {
        return shape.isWide() ? starts[at] + Long.bitCount(filled[at] & bit - 1)
                : at * shape.words() + Long.bitCount(bit - 1);
    }

    long lane(int at, int lane) {
        return word(at, lane / LANES_PER_WORD) >>> lane % LANES_PER_WORD * LANE_BITS & LANE_MASK;
    }

    /** Whether a page has counters of a kind that are not 0. */
    boolean hasAny(int at, Lanes kind) {
        for (long left = filled(at) & kind.words(); left != 0; left &= left - 1) {
            if (wordOf(at, Long.numberOfTrailingZeros(left), kind) != 0) {
                return true;
            }
        }
        return false;
    }

    /* Four lanes at once: sums of two fit into twice their width, and there are too few nodes for those to overflow. */
    long sum(int at, Lanes kind) {
        long pairs = 0;
        for (long left = filled(at) & kind.words(); left != 0; left &= left - 1) {
            long bits = wordOf(at, Long.numberOfTrailingZeros(left), kind);
            pairs += (bits & EVEN_LANES) + (bits >>> LANE_BITS & EVEN_LANES);
        }
        return (pairs & PAIR_MASK) + (pairs >>> 2 * LANE_BITS);
    }

    /** What is read first of a page's row. */
    long firstWord(int at) {
        return filled[at] ^ words[shape.isWide() ? starts[at] : at * shape.words()];
    }

    /**
     * Adds a page's counters to sums by node.
     *
     * @param lanes which of them, by words
     * @param scale what a count weighs
     * @param nodeBits where a bit is set for each node with any, 64 in a long
     * @return the sum of all
     */
    double add(int at, Lanes kind, long[] lanes, double scale, double[] byNode, long[] nodeBits) {
        double sum = 0;
        long left = filled(at) & kind.words();
        for (int row = placeOf(at, left & -left); left != 0; left &= left - 1) {
            int word = Long.numberOfTrailingZeros(left);
            long bits = words[row++] & lanes[word];
            while (bits != 0) {
                int lane = Long.numberOfTrailingZeros(bits) / LANE_BITS;
                long count = bits >>> lane * LANE_BITS & LANE_MASK;
                int nodeId = word * LANES_PER_WORD + lane - kind.first();
                double weight = count * scale;
                byNode[nodeId] += weight;
                nodeBits[nodeId / Long.SIZE] |= 1L << nodeId;
                sum += weight;
                bits ^= count << lane * LANE_BITS;
            }
        }
        return sum;
    }

    /** The same of the larger counter of two kinds, where {@code lanes} has those of the first one. */
    double addLarger(int at, Lanes kind, Lanes other, long[] lanes, double scale, double[] byNode, long[] nodeBits) {
        double sum = 0;
        for (int nodeId = 0; nodeId < byNode.length && kind.first() + nodeId < lanes.length * LANES_PER_WORD; nodeId++) {
            int lane = kind.first() + nodeId;
            long count = isRead(lanes, lane) ? Math.max(lane(at, lane), lane(at, other.first() + nodeId)) : 0;
            if (count > 0) {
                double weight = count * scale;
                byNode[nodeId] += weight;
                nodeBits[nodeId / Long.SIZE] |= 1L << nodeId;
                sum += weight;
            }
        }
        return sum;
    }

    /** Whether a lane is among those that words tell. */
    static boolean isRead(long[] lanes, int lane) {
        return (lanes[lane / LANES_PER_WORD] >>> lane % LANES_PER_WORD * LANE_BITS & LANE_MASK) != 0;
    }

    /** A word's counters of one kind; the other lanes are 0. */
    private long wordOf(int at, int word, Lanes kind) {
        return word(at, word) & kind.mask(word);
    }

    /**
     * Puts a row behind the last one, which {@link #keep} keeps.
     *
     * @param at its page's place, behind all others
     */
    void put(int at, Lanes accesses, int[] accessesByNode, Lanes stalls, int[] stallsByNode) {
        Arrays.fill(words, end, end + shape.words(), 0);
        putLanes(accesses.first(), accessesByNode);
        putLanes(stalls.first(), stallsByNode);
        starts[at] = end;
        filled[at] = 0;
        int to = end;
        for (int word = 0; shape.isWide() && word < shape.words(); word++) {
            long bits = words[end + word];
            words[to] = bits;
            to += bits == 0 ? 0 : 1;
            filled[at] |= bits == 0 ? 0 : RowShape.wordBit(word);
        }
    }

    /** Keeps the row that was put last. */
    void keep(int at) {
        end += shape.isWide() ? Long.bitCount(filled[at]) : shape.words();
    }

    private void putLanes(int firstLane, int[] counts) {
        for (int nodeId = 0; nodeId < counts.length; nodeId++) {
            int lane = firstLane + nodeId;
            words[end + lane / LANES_PER_WORD] |=
                    (long) checked(counts[nodeId], MAX_COUNT) << lane % LANES_PER_WORD * LANE_BITS;
        }
    }

    /**
     * Adds one page's counters to another's; none gets above what it can hold.
     *
     * @param into place of the page that has both afterwards
     * @param intoAge how often its own are halved before
     * @param from place of the other page
     * @param fromAge the same of that one's
     */
    void join(int into, int intoAge, int from, int fromAge) {
        long union = filled(into) | filled(from);
        boolean isInPlace = union == filled(into);
        int count = shape.isWide() ? Long.bitCount(union) : shape.words();
        int to = isInPlace ? placeOf(into, 1) : newRow(count);
        long left = union;
        for (int i = 0; i < count; i++, left &= left - 1) {
            int word = Long.numberOfTrailingZeros(left);
            words[to + i] = sumOfLanes(decayed(word(into, word), intoAge), decayed(word(from, word), fromAge));
        }
        if (!isInPlace) {
            starts[into] = to;
            filled[into] = union;
        }
    }

    /** Room behind the last row. There is some but where nearly all pages of a full table are used by nearly all nodes. */
    private int newRow(int count) {
        int start = end;
        end += count;
        if (end > words.length) {
            words = Arrays.copyOf(words, end + words.length / 2);
        }
        return start;
    }

    /** Every counter of a word halved so many times, 0 or more. */
    private static long decayed(long word, int age) {
        if (age >= LANE_BITS) {
            return 0;
        }
        long lane = LANE_MASK >>> age;
        return word >>> age & (lane | lane << 16 | lane << 32 | lane << 48);
    }

    private static long sumOfLanes(long a, long b) {
        long sum = 0;
        for (int shift = 0; shift < Long.SIZE; shift += LANE_BITS) {
            long lane = (a >>> shift & LANE_MASK) + (b >>> shift & LANE_MASK);
            sum |= Math.min(lane, LANE_MASK) << shift;
        }
        return sum;
    }

    /** Checks a count of a page that is added. */
    static int checked(int count, int max) {
        if (count < 0 || count > max) {
            throw new IllegalArgumentException("a count must be 0.." + max + ": count=" + count);
        }
        return count;
    }
}
