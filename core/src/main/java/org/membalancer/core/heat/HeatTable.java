// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the shared heat table of one group, which BPF programs keep writing.
 *
 * <p>Owned by one thread. The mapping must stay while the table is used; a table never writes to it.
 */
public final class HeatTable {
    /* On a direct buffer whose base is page-aligned, as mmap gives it, every aligned offset supports acquire. */
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /* Page numbers below this are MBAL_KEY_EMPTY (0) and MBAL_KEY_BUSY (1): no process has such a page. */
    private static final long LOWEST_KEY = 2;

    private final ByteBuffer table;
    private final TableLayout layout;
    private final TableHeader header;
    private final RowShape shape;
    private final long[] accessMasks;
    private final long[] stallMasks;

    private HeatTable(ByteBuffer table, TableLayout layout, TableHeader header) {
        this.table = table;
        this.layout = layout;
        this.header = header;
        this.shape = header.rowShape(layout);
        this.accessMasks = shape.masks(shape.accessLane(), header.nodeCount());
        this.stallMasks = shape.masks(shape.stallLane(), header.nodeCount());
    }

    /**
     * Opens a mapped table.
     *
     * @param mapped the whole mapping; only read
     * @param layout where fields lie, from C
     * @throws IllegalArgumentException naming the value and its limit when this is not a heat table of this version,
     *     or is larger than its mapping
     */
    public static HeatTable over(ByteBuffer mapped, TableLayout layout) {
        ByteBuffer table = mapped.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return new HeatTable(table, layout, TableHeader.read(table, layout, layout.heatKind()));
    }

    /** Slots of the table: the most pages it can hold. */
    public int slotCount() {
        return header.slotCount();
    }

    /** Counters of each kind in a slot: the highest node id plus one. */
    public int nodeCount() {
        return header.nodeCount();
    }

    /** Bits between an address and its page number. */
    public int pageShift() {
        return header.pageShift();
    }

    /** Heat halves every 2 to the power of this many nanoseconds. */
    public int epochShift() {
        return header.epochShift();
    }

    /** The group whose table this is. */
    public long groupId() {
        return header.groupId();
    }

    /** First process of the group, as the initial pid namespace counts. */
    public int tgid() {
        return header.tgid();
    }

    /** Samples counted in this table so far. */
    public long recorded() {
        return counter(layout.recordedOffset());
    }

    /** Slots taken from a colder page so far. */
    public long replaced() {
        return counter(layout.replacedOffset());
    }

    /** Samples refused so far. */
    public long dropped() {
        return counter(layout.droppedOffset());
    }

    /**
     * Copies what is in the table now. Allocates nothing.
     *
     * @param into refilled; its old contents are lost
     * @param nowNs now, CLOCK_MONOTONIC, which decides how far counts have decayed
     * @return pages copied, {@code into.pageCount()}
     * @throws IllegalArgumentException if {@code into} has too little room or another number of nodes
     */
    public int copyTo(HeatSnapshot into, long nowNs) {
        if (into.nodeCount() != nodeCount() || into.slotCapacity() < slotCount()) {
            throw new IllegalArgumentException("the snapshot must have nodeCount=" + nodeCount() + " and slotCapacity>="
                    + slotCount() + ": nodeCount=" + into.nodeCount() + " slotCapacity=" + into.slotCapacity());
        }
        into.begin(nowNs, pageShift(), epochShift(), shape);
        copySlots(into, (int) (nowNs >>> epochShift()));
        return into.pageCount();
    }

    /*
     * The hot loop. The partner in BPF re-keys a slot by CAS to BUSY, resets it, and stores the new key with a full
     * barrier: the acquire on the first read of the key pairs with that barrier, and the fence keeps the counters'
     * plain reads before the second read of the key. Counters that a writer adds to meanwhile are read torn by at most
     * one sample, which is harmless.
     */
    private void copySlots(HeatSnapshot into, int nowEpoch) {
        final ByteBuffer slots = table;
        final long[] pageNumbers = into.pageNumbers();
        final long[] marks = into.marks();
        final long[] rows = into.rows();
        final float[] accesses = into.accesses();
        final int words = shape.words();
        final int epochBit = shape.epochBit();
        final int slotBytes = header.slotBytes();
        final int end = header.headerBytes() + slotBytes * header.slotCount();
        int pages = 0;
        long skipped = 0;
        double total = 0;
        for (int slot = header.headerBytes(); slot < end; slot += slotBytes) {
            long key = (long) LONGS.getAcquire(slots, slot + layout.slotKeyOffset());
            if (key == 0) {
                continue;
            }
            long mark = (long) LONGS.get(slots, slot + header.markOffset());
            int row = pages * words;
            long accessSums = 0;
            long stallSums = 0;
            for (int w = 0; w < words; w++) {
                long word = (long) LONGS.get(slots, slot + header.rowOffset() + w * Long.BYTES);
                rows[row + w] = word;
                accessSums += pairSums(word & accessMasks[w]);
                stallSums += pairSums(word & stallMasks[w]);
            }
            VarHandle.loadLoadFence();
            if (key < LOWEST_KEY || (long) LONGS.get(slots, slot + layout.slotKeyOffset()) != key) {
                skipped++;
                continue;
            }
            float scale = HeatSnapshot.scaleOf(nowEpoch - (int) (mark >>> epochBit));
            float weight = halfSum(accessSums) * scale;
            if (weight + halfSum(stallSums) * scale < HeatSnapshot.MIN_WEIGHT) {
                continue;
            }
            pageNumbers[pages] = key;
            marks[pages] = mark;
            accesses[pages] = weight;
            total += weight;
            pages++;
        }
        into.end(pages, skipped, total);
    }

    /** Adds four 16-bit lanes to two 32-bit ones. */
    private static long pairSums(long word) {
        return (word & 0x0000ffff0000ffffL) + (word >>> RowShape.LANE_BITS & 0x0000ffff0000ffffL);
    }

    private static long halfSum(long sums) {
        return (sums & 0xffffffffL) + (sums >>> 32);
    }

    private long counter(int offset) {
        return (long) LONGS.getOpaque(table, offset);
    }
}
