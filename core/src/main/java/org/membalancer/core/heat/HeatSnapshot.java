// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.membalancer.core.heat.RowShape.LANES_PER_WORD;
import static org.membalancer.core.heat.RowShape.LANE_BITS;
import static org.membalancer.core.heat.RowShape.LANE_MASK;

/**
 * Heat per page at one instant: a private copy of a heat table, refilled in place without allocation.
 *
 * <p>Pages are indexed from 0 to {@link #pageCount()} - 1, in no order until {@link #sortByAddress()}. Counts are
 * decayed samples: a sample weighs 1 in its epoch and half as much in each later one. Pages whose accesses and stalls
 * together weigh less than {@link #MIN_WEIGHT} are left out.
 *
 * <p>Owned by one thread. Filled by {@link HeatTable#copyTo}, or by {@link #begin} and {@link #add} where heat comes
 * from elsewhere (recordings, tests).
 */
public final class HeatSnapshot {
    /** The least decayed weight of a page that is kept. */
    public static final float MIN_WEIGHT = 1f / 64;

    private static final int MAX_COUNT = 0xffff;
    private static final long EVEN_LANES = 0x0000_ffff_0000_ffffL;
    private static final long PAIR_MASK = 0xffff_ffffL;
    private static final int MAX_SMALL_COUNT = 0xff;
    /* Of a float: 2 to the power of minus an age without a choice, which would be a coin's toss to the CPU. */
    private static final int FLOAT_BIAS = 127;
    private static final int FLOAT_FRACTION_BITS = 23;
    /* A count of 1 weighs MIN_WEIGHT, 2 to the power of -6, at this age. */
    private static final int MIN_WEIGHT_BITS = 6;

    private final int slotCapacity;
    private final int nodeCount;
    private final AddressOrder order;
    private final long[] pageNumbers;
    private final long[] marks;
    private final long[] rows;
    /* Of wide rows only the words with counts are kept, since pages have few users: which these are, and where. */
    private final long[] filledWords;
    private final int[] rowStarts;

    private RowShape shape;
    private Lanes accesses;
    private Lanes stalls;
    private HeatWeight weight = HeatWeight.COUNTS;
    private int stallCycles;
    private int pageCount;
    private int rowsEnd;
    private int pageShift;
    private int epochShift;
    private int nowEpoch;
    private long takenAtNs;
    private long skippedSlots;
    private double totalAccesses;

    /**
     * Makes room for a table's slots.
     *
     * @param slotCapacity slots of the largest table that will be copied, 1 or more
     * @param nodeCount counters of each kind in a slot, as {@link HeatTable#nodeCount()}, 1 to {@value RowShape#MAX_NODES}
     */
    public HeatSnapshot(int slotCapacity, int nodeCount) {
        if (slotCapacity < 1 || nodeCount < 1 || nodeCount > RowShape.MAX_NODES) {
            throw new IllegalArgumentException("slotCapacity must be 1 or more and nodeCount 1.." + RowShape.MAX_NODES
                    + ": slotCapacity=" + slotCapacity + " nodeCount=" + nodeCount);
        }
        this.slotCapacity = slotCapacity;
        this.nodeCount = nodeCount;
        this.order = new AddressOrder(slotCapacity);
        this.pageNumbers = new long[slotCapacity];
        this.marks = new long[slotCapacity];
        this.rows = new long[Math.multiplyExact(slotCapacity, RowShape.maxWords(nodeCount))];
        this.filledWords = new long[slotCapacity];
        this.rowStarts = new int[slotCapacity];
        shapeAs(RowShape.packed(nodeCount));
    }

    /** How many pages fit. */
    public int slotCapacity() {
        return slotCapacity;
    }

    /** Pages in this snapshot. */
    public int pageCount() {
        return pageCount;
    }

    /** Counters per page: node ids 0 to this minus 1. */
    public int nodeCount() {
        return nodeCount;
    }

    /** Bits between an address and its page number. */
    public int pageShift() {
        return pageShift;
    }

    /** Counts halve every 2 to the power of this many nanoseconds. */
    public int epochShift() {
        return epochShift;
    }

    /** Bytes of one page of heat: not always the kernel's page size. */
    public long pageBytes() {
        return 1L << pageShift;
    }

    /** When it was taken, CLOCK_MONOTONIC. */
    public long takenAtNs() {
        return takenAtNs;
    }

    /**
     * Over how long the decayed counts were gathered, at most: a steady stream of r samples per second stands at
     * r times this many seconds.
     */
    public long windowNs() {
        long epochNs = 1L << epochShift;
        return (takenAtNs & epochNs - 1) + epochNs;
    }

    /** Page number of the i-th page. */
    public long pageNumber(int i) {
        return pageNumbers[order.at(i)];
    }

    /** Address of the i-th page's first byte. */
    public long pageAddress(int i) {
        return pageNumber(i) << pageShift;
    }

    /** Epochs since the i-th page was sampled last. */
    public int ageEpochs(int i) {
        return nowEpoch - (int) (marks[order.at(i)] >>> shape.epochBit());
    }

    /** Decayed accesses to the i-th page from all nodes. */
    public float accesses(int i) {
        return accessesAt(order.at(i));
    }

    /** Decayed accesses to the i-th page from the CPUs of a node. */
    public float accesses(int i, int nodeId) {
        int at = order.at(i);
        return lane(at, accesses.first() + nodeId) * scale(at);
    }

    /** Decayed stalls on the i-th page in all nodes: samples of a thread that waited for it. */
    public float stalls(int i) {
        int at = order.at(i);
        return laneSum(at, stalls) * scale(at);
    }

    /** Decayed stalls on the i-th page in the CPUs of a node. */
    public float stalls(int i, int nodeId) {
        int at = order.at(i);
        return lane(at, stalls.first() + nodeId) * scale(at);
    }

    /** What the source allows to weigh accesses by. */
    public HeatWeight weight() {
        return weight;
    }

    /**
     * Tells that stalls are waits, not samples, as from a source that knows latency.
     *
     * @param by what accesses may be weighed by
     * @param cyclesPerStall CPU cycles that one stall stands for; only where waits are known
     */
    public void weighBy(HeatWeight by, int cyclesPerStall) {
        weight = by;
        stallCycles = cyclesPerStall;
    }

    /**
     * Decayed samples of the i-th page by node. Where stalls are samples too it is the larger of accesses and stalls,
     * never both, because one tick of a sampler may have produced one of each and they are not independent evidence.
     *
     * @param byNode filled up to {@link #nodeCount()}
     */
    public void samples(int i, float[] byNode) {
        int at = order.at(i);
        float scale = scale(at);
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            long counted = lane(at, accesses.first() + nodeId);
            long stalled = weight == HeatWeight.COUNTS ? lane(at, stalls.first() + nodeId) : 0;
            byNode[nodeId] = Math.max(counted, stalled) * scale;
        }
    }

    /**
     * The same as {@link #samples}, of the nodes that have any: pages have few users, and machines may have many nodes.
     *
     * @param nodeIds filled with the nodes, ascending, as many as there are; as long as {@link #nodeCount()}
     * @param counts filled with their samples
     * @return how many nodes have samples
     */
    public int samples(int i, int[] nodeIds, float[] counts) {
        int at = order.at(i);
        float scale = scale(at);
        if (weight == HeatWeight.COUNTS && hasAny(at, stalls)) {
            return samplesOrStalls(at, scale, nodeIds, counts);
        }
        int found = 0;
        long left = filledWords(at) & accesses.words();
        for (int row = rowOf(at, left & -left); left != 0; left &= left - 1) {
            int word = Long.numberOfTrailingZeros(left);
            long bits = rows[row++] & accesses.mask(word);
            while (bits != 0) {
                int lane = Long.numberOfTrailingZeros(bits) / LANE_BITS;
                long count = bits >>> lane * LANE_BITS & LANE_MASK;
                nodeIds[found] = word * LANES_PER_WORD + lane - accesses.first();
                counts[found++] = count * scale;
                bits ^= count << lane * LANE_BITS;
            }
        }
        return found;
    }

    /**
     * Which counters are accesses from the nodes that are asked for: what {@link #addSamples} reads. Good until the snapshot is
     * filled anew.
     *
     * @param isRead by node id; nodes beyond its length are not read
     */
    public long[] lanesOf(boolean[] isRead) {
        long[] lanes = new long[shape.words()];
        for (int nodeId = 0; nodeId < Math.min(nodeCount, isRead.length); nodeId++) {
            int lane = accesses.first() + nodeId;
            lanes[lane / LANES_PER_WORD] |= isRead[nodeId] ? LANE_MASK << lane % LANES_PER_WORD * LANE_BITS : 0;
        }
        return lanes;
    }

    /**
     * Adds the samples of pages, as {@link #samples(int, int[], float[])} has them, to sums by node. That is what takes most of a plan's
     * time: all in one loop, and nothing stored between.
     *
     * @param from the first page
     * @param to behind the last page
     * @param lanes of {@link #lanesOf}
     * @param byNode where a node's samples are added
     * @param nodeBits where a bit is set for each node with samples, 64 in a long
     * @param byPage filled with the sum of each page, from 0 on
     */
    public void addSamples(int from, int to, long[] lanes, double[] byNode, long[] nodeBits, double[] byPage) {
        long readWords = accesses.words();
        long stallWords = weight == HeatWeight.COUNTS ? stalls.words() : 0;
        int first = accesses.first();
        for (int i = from; i < to; i++) {
            int at = order.at(i);
            double scale = scale(at);
            long filled = filledWords(at);
            if ((filled & stallWords) != 0 && hasAny(at, stalls)) {
                byPage[i - from] = addSamplesOrStalls(at, lanes, byNode, nodeBits);
                continue;
            }
            double sum = 0;
            long left = filled & readWords;
            for (int row = rowOf(at, left & -left); left != 0; left &= left - 1) {
                int word = Long.numberOfTrailingZeros(left);
                long bits = rows[row++] & lanes[word];
                while (bits != 0) {
                    int lane = Long.numberOfTrailingZeros(bits) / LANE_BITS;
                    long count = bits >>> lane * LANE_BITS & LANE_MASK;
                    int nodeId = word * LANES_PER_WORD + lane - first;
                    double samples = count * scale;
                    byNode[nodeId] += samples;
                    nodeBits[nodeId / Long.SIZE] |= 1L << nodeId;
                    sum += samples;
                    bits ^= count << lane * LANE_BITS;
                }
            }
            byPage[i - from] = sum;
        }
    }

    /**
     * The same of pages that lie far apart in memory. Each has a look first, without choices between, so that the CPU waits for many
     * of them at once.
     *
     * @param pages in any order
     * @param count how many
     */
    public void addSamples(int[] pages, int count, long[] lanes, double[] byNode, long[] nodeBits, double[] byPage) {
        long seen = 0;
        for (int n = 0; n < count; n++) {
            int at = order.at(pages[n]);
            seen ^= marks[at] ^ filledWords[at] ^ rows[shape.isWide() ? rowStarts[at] : at * shape.words()];
        }
        byPage[0] = seen; // only what is used is read
        double[] ofOne = new double[1];
        for (int n = 0; n < count; n++) {
            addSamples(pages[n], pages[n] + 1, lanes, byNode, nodeBits, ofOne);
            byPage[n] = ofOne[0];
        }
    }

    private double addSamplesOrStalls(int at, long[] lanes, double[] byNode, long[] nodeBits) {
        double sum = 0;
        for (int nodeId = 0; nodeId < Math.min(nodeCount, byNode.length); nodeId++) {
            int lane = accesses.first() + nodeId;
            boolean isRead = (lanes[lane / LANES_PER_WORD] >>> lane % LANES_PER_WORD * LANE_BITS & LANE_MASK) != 0;
            long count = isRead ? Math.max(lane(at, lane), lane(at, stalls.first() + nodeId)) : 0;
            if (count > 0) {
                double samples = count * (double) scale(at);
                byNode[nodeId] += samples;
                nodeBits[nodeId / Long.SIZE] |= 1L << nodeId;
                sum += samples;
            }
        }
        return sum;
    }

    /** Where the word of this bit is kept; those above it that are kept follow. */
    private int rowOf(int at, long bit) {
        int start = shape.isWide() ? rowStarts[at] : at * shape.words();
        return start + Long.bitCount(filledWords(at) & bit - 1);
    }

    private int samplesOrStalls(int at, float scale, int[] nodeIds, float[] counts) {
        int found = 0;
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            long count = Math.max(lane(at, accesses.first() + nodeId), lane(at, stalls.first() + nodeId));
            if (count > 0) {
                nodeIds[found] = nodeId;
                counts[found++] = count * scale;
            }
        }
        return found;
    }

    private boolean hasAny(int at, Lanes kind) {
        for (long left = filledWords(at) & kind.words(); left != 0; left &= left - 1) {
            if (wordOf(at, Long.numberOfTrailingZeros(left), kind) != 0) {
                return true;
            }
        }
        return false;
    }

    /** A word's counters of one kind; the other lanes are 0. */
    private long wordOf(int at, int word, Lanes kind) {
        return word(at, word) & kind.mask(word);
    }

    /**
     * Decayed CPU cycles that all sampled accesses to the i-th page waited, each shared with the misses outstanding at
     * the same time; 0 where the source does not tell.
     */
    public float waitCycles(int i) {
        return weight == HeatWeight.MISS_LATENCY ? stalls(i) * stallCycles : 0;
    }

    /** Average miss latency of the i-th page, CPU cycles; 0: the source has none. */
    public int latencyCycles(int i) {
        return (int) (marks[order.at(i)] >>> shape.latencyBit()) & MAX_COUNT;
    }

    /** Share of stores among the i-th page's accesses, 0 to 1; a lower bound on very hot pages. */
    public float storeShare(int i) {
        return share(order.at(i), shape.storesBit());
    }

    /** Share of instruction fetches among the i-th page's accesses, 0 to 1; a lower bound on very hot pages. */
    public float codeShare(int i) {
        return share(order.at(i), shape.codesBit());
    }

    /** Decayed accesses to all pages together. */
    public double totalAccesses() {
        if (Double.isNaN(totalAccesses)) {
            totalAccesses = 0;
            for (int at = 0; at < pageCount; at++) {
                totalAccesses += accessesAt(at);
            }
        }
        return totalAccesses;
    }

    /** Slots that were being re-keyed while they were read. */
    public long skippedSlots() {
        return skippedSlots;
    }

    /** Whether pages ascend by address. */
    public boolean isSortedByAddress() {
        return order.isSorted();
    }

    /** Orders the pages by ascending address, in linear time and without allocation. Indices change. */
    public void sortByAddress() {
        order.sort(pageNumbers, pageCount);
    }

    /**
     * Empties the snapshot, to be filled by {@link #add}.
     *
     * @param nowNs the instant it stands for, CLOCK_MONOTONIC
     * @param pageShift bits between an address and its page number, 0 to 62
     * @param epochShift an epoch is 2 to the power of this many nanoseconds, 0 to 62
     */
    public void begin(long nowNs, int pageShift, int epochShift) {
        begin(nowNs, pageShift, epochShift, RowShape.packed(nodeCount));
    }

    void begin(long nowNs, int newPageShift, int newEpochShift, RowShape newShape) {
        order.reset();
        if (!shape.equals(newShape)) {
            shapeAs(newShape);
        }
        weight = HeatWeight.COUNTS;
        stallCycles = 0;
        pageCount = 0;
        rowsEnd = 0;
        pageShift = newPageShift;
        epochShift = newEpochShift;
        nowEpoch = (int) (nowNs >>> newEpochShift);
        takenAtNs = nowNs;
        skippedSlots = 0;
        totalAccesses = Double.NaN;
    }

    private void shapeAs(RowShape newShape) {
        shape = newShape;
        accesses = new Lanes(newShape.accessLane(), nodeCount);
        stalls = new Lanes(newShape.stallLane(), nodeCount);
    }

    /**
     * Adds a page. One that is too cold to be kept is left out, as when a table is copied.
     *
     * @throws IllegalStateException if the snapshot is full
     * @throws IllegalArgumentException if a count does not fit a slot, or there are more nodes than counters
     */
    public void add(PageHeat page) {
        if (pageCount == slotCapacity) {
            throw new IllegalStateException("the snapshot is full: slotCapacity=" + slotCapacity);
        }
        int at = pageCount;
        java.util.Arrays.fill(rows, rowsEnd, rowsEnd + shape.words(), 0);
        putLanes(accesses.first(), page.accessesByNode());
        putLanes(stalls.first(), page.stallsByNode());
        rowStarts[at] = rowsEnd;
        int end = shape.isWide() ? pack(at) : rowsEnd + shape.words();
        pageNumbers[at] = page.pageNumber();
        marks[at] = Integer.toUnsignedLong(nowEpoch - page.ageEpochs()) << shape.epochBit()
                | (long) checked(page.latencyCycles(), MAX_COUNT) << shape.latencyBit()
                | (long) checked(page.stores(), MAX_SMALL_COUNT) << shape.storesBit()
                | (long) checked(page.codes(), MAX_SMALL_COUNT) << shape.codesBit();
        if (isWarm(at, page.ageEpochs())) {
            pageCount++;
            rowsEnd = end;
            totalAccesses = Double.NaN;
        }
    }

    /** What a count of {@code age} epochs ago weighs now; a slot from the future is as good as new. */
    public static float scaleOf(int age) {
        return Float.intBitsToFloat(FLOAT_BIAS - Math.max(0, Math.min(FLOAT_BIAS, age)) << FLOAT_FRACTION_BITS);
    }

    /** Empties the snapshot, to be filled with pages of another one of the same instant and table. */
    void beginLike(HeatSnapshot other) {
        begin(other.takenAtNs, other.pageShift, other.epochShift, other.shape);
        weighBy(other.weight, other.stallCycles);
    }

    RowShape shape() {
        return shape;
    }

    /** The place in the arrays of the i-th page. */
    int placeOf(int i) {
        return order.at(i);
    }

    long[] pageNumbers() {
        return pageNumbers;
    }

    long[] marks() {
        return marks;
    }

    long[] rows() {
        return rows;
    }

    /** By page, where its row starts; to be filled where rows are wide. */
    int[] rowStarts() {
        return rowStarts;
    }

    /** By page, which words of its row are kept; to be filled where rows are wide. */
    long[] filledWords() {
        return filledWords;
    }

    void end(int copiedPages, int usedRows, long skipped) {
        pageCount = copiedPages;
        rowsEnd = usedRows;
        skippedSlots = skipped;
    }

    /** Whether accesses and stalls together weigh enough at this age. In whole numbers: it is asked for every slot. */
    boolean isWarm(int at, int age) {
        long sum = laneSum(at, accesses) + laneSum(at, stalls);
        return sum << MIN_WEIGHT_BITS >>> Math.max(0, Math.min(Long.SIZE - 1, age)) != 0;
    }

    /** The words of a page's row that may have counts. */
    private long filledWords(int at) {
        return shape.isWide() ? filledWords[at] : RowShape.ALL_WORDS;
    }

    /** A word of the row of the page at a place in the arrays. */
    long word(int at, int word) {
        if (!shape.isWide()) {
            return rows[at * shape.words() + word];
        }
        long filled = filledWords[at];
        long bit = RowShape.wordBit(word);
        return (filled & bit) == 0 ? 0 : rows[rowStarts[at] + Long.bitCount(filled & bit - 1)];
    }

    private float accessesAt(int at) {
        return laneSum(at, accesses) * scale(at);
    }

    private float scale(int at) {
        return scaleOf(nowEpoch - (int) (marks[at] >>> shape.epochBit()));
    }

    private float share(int at, int bit) {
        long of = laneSum(at, accesses);
        long part = marks[at] >>> bit & MAX_SMALL_COUNT;
        return of == 0 ? 0f : Math.min(1f, (float) part / of);
    }

    private long lane(int at, int lane) {
        return word(at, lane / LANES_PER_WORD) >>> lane % LANES_PER_WORD * LANE_BITS & LANE_MASK;
    }

    /* Four lanes at once: sums of two fit into twice their width, and there are too few nodes for those to overflow. */
    private long laneSum(int at, Lanes kind) {
        long pairs = 0;
        for (long left = filledWords(at) & kind.words(); left != 0; left &= left - 1) {
            long bits = wordOf(at, Long.numberOfTrailingZeros(left), kind);
            pairs += (bits & EVEN_LANES) + (bits >>> LANE_BITS & EVEN_LANES);
        }
        return (pairs & PAIR_MASK) + (pairs >>> 2 * LANE_BITS);
    }

    /** Leaves the words with counts of a page's row, which is the last one; returns where it ends. */
    private int pack(int at) {
        int end = rowsEnd;
        filledWords[at] = 0;
        for (int word = 0; word < shape.words(); word++) {
            long bits = rows[rowsEnd + word];
            rows[end] = bits;
            end += bits == 0 ? 0 : 1;
            filledWords[at] |= bits == 0 ? 0 : RowShape.wordBit(word);
        }
        return end;
    }

    private void putLanes(int firstLane, int[] counts) {
        if (counts.length > nodeCount) {
            throw new IllegalArgumentException("counters for " + counts.length + " nodes: nodeCount=" + nodeCount);
        }
        for (int nodeId = 0; nodeId < counts.length; nodeId++) {
            int lane = firstLane + nodeId;
            rows[rowsEnd + lane / LANES_PER_WORD] |=
                    (long) checked(counts[nodeId], MAX_COUNT) << lane % LANES_PER_WORD * LANE_BITS;
        }
    }

    private static int checked(int count, int max) {
        if (count < 0 || count > max) {
            throw new IllegalArgumentException("a count must be 0.." + max + ": count=" + count);
        }
        return count;
    }
}
