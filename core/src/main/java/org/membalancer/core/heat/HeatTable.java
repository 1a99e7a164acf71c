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

    /* MBAL_KEY_EMPTY and MBAL_KEY_BUSY: page numbers that no process has. */
    private static final long KEY_EMPTY = 0;
    private static final long KEY_BUSY = 1;

    /* One sample of this age weighs HeatSnapshot.MIN_WEIGHT exactly. */
    private static final int ALWAYS_WARM_EPOCHS = 6;

    private final ByteBuffer table;
    private final TableLayout layout;
    private final TableHeader header;
    private final RowShape shape;
    private final int processTag;

    private HeatTable(ByteBuffer table, TableLayout layout, TableHeader header, int processTag) {
        this.table = table;
        this.layout = layout;
        this.header = header;
        this.processTag = processTag;
        this.shape = header.rowShape(layout);
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
        return new HeatTable(table, layout, TableHeader.read(table, layout, layout.heatKind()), 0);
    }

    /**
     * Opens a mapped thread table, which has the same shape: a snapshot of it has threads for pages, accesses by the
     * CPU's node, and, where stalls stand, accesses by the memory's node.
     *
     * @param mapped the whole mapping; only read
     * @param layout where fields lie, from C
     * @throws IllegalArgumentException as {@link #over}
     */
    public static HeatTable overThreads(ByteBuffer mapped, TableLayout layout) {
        ByteBuffer table = mapped.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return new HeatTable(table, layout, TableHeader.read(table, layout, layout.threadsKind()), 0);
    }

    /** The same table seen as that of one process of a group of several: {@link #copyTo} copies the pages of that one. */
    public HeatTable ofProcess(int tag) {
        return new HeatTable(table, layout, header, tag);
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

    /** What fills it, an {@code enum mbal_source}. */
    public int source() {
        return header.source();
    }

    /** CPU cycles of a miss, divided by the misses outstanding with it, that weigh as much as one access. */
    public int stallCycles() {
        return layout.stallCycles();
    }

    /** What its stalls mean, and so what decisions may weigh accesses by. */
    public HeatWeight weight() {
        return layout.weightOf(header.source());
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
     * Copies what is in the table now of the group's one process, or of that of {@link #ofProcess}. Allocates nothing.
     *
     * @param into refilled; its old contents are lost
     * @param nowNs now, CLOCK_MONOTONIC, which decides how far counts have decayed
     * @return pages copied, {@code into.pageCount()}
     * @throws IllegalArgumentException if {@code into} has too little room or another number of nodes
     */
    public int copyTo(HeatSnapshot into, long nowNs) {
        return copyTo(into, nowNs, processTag);
    }

    /**
     * Copies the pages of one process that are in the table now. Allocates nothing.
     *
     * @param into refilled; its old contents are lost
     * @param nowNs now, CLOCK_MONOTONIC, which decides how far counts have decayed
     * @param processTag of the process in its group, 0 in a group of one
     * @return pages copied, {@code into.pageCount()}
     * @throws IllegalArgumentException if {@code into} has too little room or another number of nodes
     */
    public int copyTo(HeatSnapshot into, long nowNs, int processTag) {
        if (into.nodeCount() != nodeCount() || into.slotCapacity() < slotCount()) {
            throw new IllegalArgumentException("the snapshot must have nodeCount=" + nodeCount() + " and slotCapacity>="
                    + slotCount() + ": nodeCount=" + into.nodeCount() + " slotCapacity=" + into.slotCapacity());
        }
        into.begin(nowNs, pageShift(), epochShift(), shape);
        into.weighBy(weight(), layout.stallCycles());
        copySlots(into, (int) (nowNs >>> epochShift()), processTag);
        return into.pageCount();
    }

    /*
     * The hot loop. The partner in BPF re-keys a slot by CAS to BUSY, resets it, and stores the new key with a full
     * barrier: the acquire on the first read of the key pairs with that barrier, and the fence keeps the counters'
     * plain reads before the second read of the key. Counters that a writer adds to meanwhile are read torn by at most
     * one sample, which is harmless.
     *
     * It copies words and decodes nothing: whoever asks for a page's counts decodes them. Nearly every slot is young
     * enough for a single sample to count, so that sums are needed for the old ones only.
     */
    private void copySlots(HeatSnapshot into, int nowEpoch, int processTag) {
        final ByteBuffer slots = table;
        final long[] pageNumbers = into.pageNumbers();
        final long[] marks = into.marks();
        final long[] rows = into.rows().words();
        final long[] filledWords = into.rows().filled();
        final int[] rowStarts = into.rows().starts();
        final int pageBits = layout.keyPageBits();
        final long pageMask = (1L << pageBits) - 1;
        final int words = shape.words();
        final boolean isWide = shape.isWide();
        final int epochBit = shape.epochBit();
        final int slotBytes = header.slotBytes();
        final int markOffset = header.markOffset() - layout.slotKeyOffset();
        final int rowOffset = header.rowOffset() - layout.slotKeyOffset();
        final long counters0 = shape.countersOf(0, nodeCount());
        final long counters1 = shape.countersOf(1, nodeCount());
        final int first = header.headerBytes() + layout.slotKeyOffset();
        final int end = first + slotBytes * header.slotCount();
        int pages = 0;
        int row = 0;
        long skipped = 0;
        for (int slot = first; slot < end; slot += slotBytes) {
            long key = (long) LONGS.getAcquire(slots, slot);
            if (key == KEY_EMPTY || key != KEY_BUSY && key >>> pageBits != processTag) {
                continue;
            }
            long mark = (long) LONGS.get(slots, slot + markOffset);
            long word0 = (long) LONGS.get(slots, slot + rowOffset);
            long word1 = (long) LONGS.get(slots, slot + rowOffset + Long.BYTES);
            long more = isWide ? copyMore(slot + rowOffset, words, rows, row + RowShape.MIN_WORDS) : 0;
            VarHandle.loadLoadFence();
            if (key == KEY_BUSY || (long) LONGS.get(slots, slot) != key) {
                skipped++;
                continue;
            }
            pageNumbers[pages] = key & pageMask;
            marks[pages] = mark;
            rows[row] = word0;
            rows[row + 1] = word1;
            if (isWide) {
                rowStarts[pages] = row;
                filledWords[pages] = more | RowShape.wordBit(0) | RowShape.wordBit(1);
            }
            int age = nowEpoch - (int) (mark >>> epochBit);
            boolean hasCounts = (word0 & counters0 | word1 & counters1) != 0 || more != 0;
            if (hasCounts && (age <= ALWAYS_WARM_EPOCHS || into.isWarm(pages, age))) {
                pages++;
                row += RowShape.MIN_WORDS + Long.bitCount(more);
            }
        }
        into.end(pages, row, skipped);
    }

    /** Copies a wide slot's words from the third on, without those that are 0; returns which ones are not. */
    private long copyMore(int offset, int words, long[] rows, int row) {
        long filled = 0;
        int end = row;
        for (int w = RowShape.MIN_WORDS; w < words; w++) {
            long word = (long) LONGS.get(table, offset + w * Long.BYTES);
            rows[end] = word;
            end += word != 0 ? 1 : 0;
            filled |= word != 0 ? RowShape.wordBit(w) : 0;
        }
        return filled;
    }

    private long counter(int offset) {
        return (long) LONGS.getOpaque(table, offset);
    }
}
