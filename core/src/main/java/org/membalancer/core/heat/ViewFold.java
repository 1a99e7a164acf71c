// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/**
 * Sums up what a page was used through each of its views. Allocates nothing after it is made. Owned by one thread.
 *
 * <p>Counts of older epochs are decayed to the newest one that the page has, in whole samples: of each view but the newest
 * less than one sample gets lost for each counter.
 */
final class ViewFold {
    private static final int MAX_SMALL_COUNT = 0xff;
    private static final long EPOCH_MASK = 0xffff_ffffL;

    private HeatSnapshot from;
    private HeatSnapshot into;
    private int pages;
    private int rowsEnd;

    /**
     * Folds a snapshot.
     *
     * @param source as copied from a table; its pages are renumbered and sorted
     * @param views by which pages belong together
     * @param target refilled and sorted; as large as the source or larger, with the same number of nodes
     */
    void fold(HeatSnapshot source, MemoryViews views, HeatSnapshot target) {
        from = source;
        into = target;
        long[] numbers = from.pageNumbers();
        for (int at = 0; at < from.pageCount(); at++) {
            numbers[at] = views.folded(numbers[at] << from.pageShift()) >>> from.pageShift();
        }
        from.sortByAddress();
        into.beginLike(from);
        pages = 0;
        rowsEnd = 0;
        for (int first = 0, end; first < from.pageCount(); first = end) {
            end = endOfPage(first);
            append(first, end);
        }
        into.end(pages, rowsEnd, from.skippedSlots());
        into.sortByAddress();
    }

    private int endOfPage(int first) {
        int end = first + 1;
        while (end < from.pageCount() && from.pageNumber(end) == from.pageNumber(first)) {
            end++;
        }
        return end;
    }

    private void append(int first, int end) {
        int epoch = newestEpoch(first, end);
        into.pageNumbers()[pages] = from.pageNumber(first);
        into.marks()[pages] = mark(first, end, epoch);
        into.rowStarts()[pages] = rowsEnd;
        long filled = 0;
        for (int word = 0; word < shape().words(); word++) {
            long sum = 0;
            for (int i = first; i < end; i++) {
                int at = from.placeOf(i);
                sum = sumOfLanes(sum, decayed(from.word(at, word), epoch - epochOf(at)));
            }
            if (sum != 0 || !shape().isWide()) {
                into.rows()[rowsEnd++] = sum;
                filled |= RowShape.wordBit(word);
            }
        }
        into.filledWords()[pages++] = filled;
    }

    private int newestEpoch(int first, int end) {
        int newest = epochOf(from.placeOf(first));
        for (int i = first + 1; i < end; i++) {
            int epoch = epochOf(from.placeOf(i));
            newest = epoch - newest > 0 ? epoch : newest; // they wrap around
        }
        return newest;
    }

    /** Latency is that of the view which was used last, of those where it is known. */
    private long mark(int first, int end, int epoch) {
        long latency = 0;
        int latencyAge = Integer.MAX_VALUE;
        long stores = 0;
        long codes = 0;
        for (int i = first; i < end; i++) {
            int at = from.placeOf(i);
            int age = epoch - epochOf(at);
            long known = from.marks()[at] >>> shape().latencyBit() & RowShape.LANE_MASK;
            if (known != 0 && age < latencyAge) {
                latency = known;
                latencyAge = age;
            }
            stores += smallCount(at, shape().storesBit()) >>> Math.min(age, Long.SIZE - 1);
            codes += smallCount(at, shape().codesBit()) >>> Math.min(age, Long.SIZE - 1);
        }
        return (epoch & EPOCH_MASK) << shape().epochBit() | latency << shape().latencyBit()
                | Math.min(stores, MAX_SMALL_COUNT) << shape().storesBit()
                | Math.min(codes, MAX_SMALL_COUNT) << shape().codesBit();
    }

    private long smallCount(int at, int bit) {
        return from.marks()[at] >>> bit & MAX_SMALL_COUNT;
    }

    private int epochOf(int at) {
        return (int) (from.marks()[at] >>> shape().epochBit());
    }

    private RowShape shape() {
        return from.shape();
    }

    /** Every counter of a word halved so many times, 0 or more. */
    private static long decayed(long word, int age) {
        if (age >= RowShape.LANE_BITS) {
            return 0;
        }
        long lane = RowShape.LANE_MASK >>> age;
        return word >>> age & (lane | lane << 16 | lane << 32 | lane << 48);
    }

    /** Counters side by side; none gets above what it can hold. */
    private static long sumOfLanes(long a, long b) {
        long sum = 0;
        for (int shift = 0; shift < Long.SIZE; shift += RowShape.LANE_BITS) {
            long lane = (a >>> shift & RowShape.LANE_MASK) + (b >>> shift & RowShape.LANE_MASK);
            sum |= Math.min(lane, RowShape.LANE_MASK) << shift;
        }
        return sum;
    }
}
