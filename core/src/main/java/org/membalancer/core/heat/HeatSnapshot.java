// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.membalancer.core.heat.RowShape.LANES_PER_WORD;
import static org.membalancer.core.heat.RowShape.LANE_BITS;
import static org.membalancer.core.heat.RowShape.LANE_MASK;

import java.util.Arrays;

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
    private final Rows rows;
    /* Of one page, while it is asked for. */
    private final int[] someNodeIds;
    private final float[] someCounts;

    private RowShape shape;
    private Lanes accesses;
    private Lanes stalls;
    private HeatWeight weight = HeatWeight.COUNTS;
    private int stallCycles;
    private MovedUsers movedUsers = MovedUsers.none();
    private int pageCount;
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
        this.rows = new Rows(slotCapacity, nodeCount);
        this.someNodeIds = new int[nodeCount];
        this.someCounts = new float[nodeCount];
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
        return ageAt(order.at(i));
    }

    /** Decayed accesses to the i-th page from all nodes. */
    public float accesses(int i) {
        return accessesAt(order.at(i));
    }

    /** Decayed accesses to the i-th page from the CPUs of a node. */
    public float accesses(int i, int nodeId) {
        int at = order.at(i);
        return rows.lane(at, accesses.first() + nodeId) * scale(at);
    }

    /** Decayed stalls on the i-th page in all nodes: samples of a thread that waited for it. */
    public float stalls(int i) {
        int at = order.at(i);
        return rows.sum(at, stalls) * scale(at);
    }

    /** Decayed stalls on the i-th page in the CPUs of a node. */
    public float stalls(int i, int nodeId) {
        int at = order.at(i);
        return rows.lane(at, stalls.first() + nodeId) * scale(at);
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

    /** Whose samples count for another node than the one that they came from. */
    public MovedUsers movedUsers() {
        return movedUsers;
    }

    /**
     * Tells, until it is filled anew, for which nodes {@link #samples} counts what came from nodes that their threads have left.
     * Accesses and stalls stay what they were.
     */
    public void movedUsers(MovedUsers moved) {
        movedUsers = moved;
    }

    /**
     * Decayed samples of the i-th page by node, those of {@link #movedUsers()} by the node where they run now. Where stalls
     * are samples too it is the larger of accesses and stalls, never both, because one tick of a sampler may have produced
     * one of each and they are not independent evidence.
     *
     * @param byNode filled up to {@link #nodeCount()}
     */
    public void samples(int i, float[] byNode) {
        if (!movedUsers.isNone()) {
            samplesOfMoved(i, byNode);
            return;
        }
        int at = order.at(i);
        float scale = scale(at);
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            long counted = rows.lane(at, accesses.first() + nodeId);
            long stalled = weight == HeatWeight.COUNTS ? rows.lane(at, stalls.first() + nodeId) : 0;
            byNode[nodeId] = Math.max(counted, stalled) * scale;
        }
    }

    private void samplesOfMoved(int i, float[] byNode) {
        int found = samples(i, someNodeIds, someCounts);
        Arrays.fill(byNode, 0, nodeCount, 0);
        for (int n = 0; n < found; n++) {
            byNode[someNodeIds[n]] = someCounts[n];
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
        int found = countedSamples(i, nodeIds, counts);
        return movedUsers.isNone() ? found : movedUsers.apply(found, nodeIds, counts);
    }

    private int countedSamples(int i, int[] nodeIds, float[] counts) {
        int at = order.at(i);
        float scale = scale(at);
        if (weight == HeatWeight.COUNTS && rows.hasAny(at, stalls)) {
            return samplesOrStalls(at, scale, nodeIds, counts);
        }
        int found = 0;
        long[] words = rows.words();
        long left = rows.filled(at) & accesses.words();
        for (int place = rows.placeOf(at, left & -left); left != 0; left &= left - 1) {
            int word = Long.numberOfTrailingZeros(left);
            long bits = words[place++] & accesses.mask(word);
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

    private int samplesOrStalls(int at, float scale, int[] nodeIds, float[] counts) {
        int found = 0;
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            long count = Math.max(rows.lane(at, accesses.first() + nodeId), rows.lane(at, stalls.first() + nodeId));
            if (count > 0) {
                nodeIds[found] = nodeId;
                counts[found++] = count * scale;
            }
        }
        return found;
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
        return Marks.latency(marks[order.at(i)], shape);
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
            for (int i = 0; i < pageCount; i++) {
                totalAccesses += accesses(i);
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

    /**
     * Orders the pages by ascending address, in linear time and without allocation, each page once: a table may have two
     * slots for one, whose counts are summed up. Indices change, and none can be added any more.
     *
     * <p>Counts of the older slot are decayed to the epoch of the newer one, in whole samples.
     */
    public void sortByAddress() {
        if (order.isSorted()) {
            return;
        }
        order.sort(pageNumbers, pageCount);
        int count = 0;
        for (int i = 0; i < pageCount; i++) {
            int at = order.at(i);
            if (count > 0 && pageNumbers[order.at(count - 1)] == pageNumbers[at]) {
                join(order.at(count - 1), at);
            } else {
                order.put(count++, at);
            }
        }
        if (count < pageCount) {
            pageCount = count;
            totalAccesses = Double.NaN;
        }
    }

    private void join(int into, int from) {
        long mark = Marks.joined(marks[into], marks[from], shape);
        int epoch = Marks.epoch(mark, shape);
        rows.join(into, epoch - Marks.epoch(marks[into], shape), from, epoch - Marks.epoch(marks[from], shape));
        marks[into] = mark;
    }

    /** Gives pages the numbers by which they count where several views are of one memory; those are the same page then. */
    void fold(MemoryViews views) {
        for (int at = 0; at < pageCount; at++) {
            pageNumbers[at] = views.folded(pageNumbers[at] << pageShift) >>> pageShift;
        }
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
        movedUsers = MovedUsers.none();
        pageCount = 0;
        rows.begin(newShape);
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
        if (order.isSorted()) {
            throw new IllegalStateException("a sorted snapshot takes no more pages: pageCount=" + pageCount);
        }
        int at = pageCount;
        rows.put(at, accesses, ofNodes(page.accessesByNode()), stalls, ofNodes(page.stallsByNode()));
        pageNumbers[at] = page.pageNumber();
        marks[at] = Marks.of(shape, nowEpoch - page.ageEpochs(), Rows.checked(page.latencyCycles(), Marks.MAX_LATENCY),
                Rows.checked(page.stores(), Marks.MAX_SMALL_COUNT), Rows.checked(page.codes(), Marks.MAX_SMALL_COUNT));
        if (isWarm(at, page.ageEpochs())) {
            pageCount++;
            rows.keep(at);
            totalAccesses = Double.NaN;
        }
    }

    private int[] ofNodes(int[] counts) {
        if (counts.length > nodeCount) {
            throw new IllegalArgumentException("counters for " + counts.length + " nodes: nodeCount=" + nodeCount);
        }
        return counts;
    }

    /** What a count of {@code age} epochs ago weighs now; a slot from the future is as good as new. */
    public static float scaleOf(int age) {
        return Float.intBitsToFloat(FLOAT_BIAS - Math.max(0, Math.min(FLOAT_BIAS, age)) << FLOAT_FRACTION_BITS);
    }

    /** The place in the arrays of the i-th page. */
    int placeOf(int i) {
        return order.at(i);
    }

    RowShape shape() {
        return shape;
    }

    /** Which counters are accesses, by node. */
    Lanes accesses() {
        return accesses;
    }

    /** Which counters are stalls, by node. */
    Lanes stalls() {
        return stalls;
    }

    long[] pageNumbers() {
        return pageNumbers;
    }

    long[] marks() {
        return marks;
    }

    Rows rows() {
        return rows;
    }

    void end(int copiedPages, int usedWords, long skipped) {
        pageCount = copiedPages;
        rows.end(usedWords);
        skippedSlots = skipped;
    }

    /** Whether accesses and stalls together weigh enough at this age. In whole numbers: it is asked for every slot. */
    boolean isWarm(int at, int age) {
        long sum = rows.sum(at, accesses) + rows.sum(at, stalls);
        return sum << MIN_WEIGHT_BITS >>> Math.max(0, Math.min(Long.SIZE - 1, age)) != 0;
    }

    private float accessesAt(int at) {
        return rows.sum(at, accesses) * scale(at);
    }

    private int ageAt(int at) {
        return nowEpoch - Marks.epoch(marks[at], shape);
    }

    /** What a count of the page at a place weighs. */
    float scale(int at) {
        return scaleOf(ageAt(at));
    }

    private float share(int at, int bit) {
        long of = rows.sum(at, accesses);
        int part = Marks.smallCount(marks[at], bit);
        return of == 0 ? 0f : Math.min(1f, (float) part / of);
    }
}
