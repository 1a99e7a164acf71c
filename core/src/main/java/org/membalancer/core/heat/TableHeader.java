// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The part of a table's header that never changes, checked against the mapping's size. */
record TableHeader(
        int headerBytes, int slotBytes, int slotCount, int nodeCount, int countsOffset, int counts2Offset,
        int pageShift, int epochShift, long groupId, int tgid, int source, int markOffset) {
    private static final int MAX_SHIFT = 62;
    private static final int EPOCH_BYTES = 4;

    /** Reads and checks the header of a mapped table of the given kind. */
    static TableHeader read(ByteBuffer table, TableLayout layout, int kind) {
        require(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "a little-endian machine is needed",
                "byteOrder", 1);
        require(table.capacity() >= layout.headerBytes(), "the mapping must hold a header of " + layout.headerBytes()
                + " bytes", "bytes", table.capacity());
        long magic = table.getLong(layout.magicOffset());
        if (magic != layout.magic()) {
            throw new IllegalArgumentException("not a table: magic must be 0x" + Long.toHexString(layout.magic())
                    + ": magic=0x" + Long.toHexString(magic));
        }
        equal("abiVersion", layout.abiVersion(), table.getInt(layout.abiVersionOffset()));
        equal("kind", kind, table.getInt(layout.kindOffset()));
        equal("headerBytes", layout.headerBytes(), table.getInt(layout.headerBytesOffset()));
        TableHeader header = new TableHeader(layout.headerBytes(),
                table.getInt(layout.slotBytesOffset()), table.getInt(layout.slotCountOffset()),
                table.getInt(layout.nodeCountOffset()), table.getInt(layout.countsOffsetOffset()),
                table.getInt(layout.counts2OffsetOffset()), table.getInt(layout.pageShiftOffset()),
                table.getInt(layout.epochShiftOffset()), table.getLong(layout.groupIdOffset()),
                table.getInt(layout.tgidOffset()), table.getInt(layout.sourceOffset()),
                layout.slotEpochOffset() & -Long.BYTES);
        header.checkSizes(table.capacity());
        header.checkSlot(layout);
        return header;
    }

    /** Bytes into a slot at which its words of counters start. */
    int rowOffset() {
        return countsOffset & -Long.BYTES;
    }

    /** How a slot of this table lies in a snapshot's words. */
    RowShape rowShape(TableLayout layout) {
        int end = counts2Offset + Short.BYTES * nodeCount;
        int words = (end - rowOffset() + Long.BYTES - 1) / Long.BYTES;
        return new RowShape(Math.max(RowShape.MIN_WORDS, words), (countsOffset - rowOffset()) / Short.BYTES,
                (counts2Offset - rowOffset()) / Short.BYTES,
                markBit(layout.slotEpochOffset()), markBit(layout.slotLatencyOffset()),
                markBit(layout.slotStoresOffset()), markBit(layout.slotCodesOffset()));
    }

    private int markBit(int fieldOffset) {
        return (fieldOffset - markOffset) * Byte.SIZE;
    }

    private void checkSizes(int mappedBytes) {
        require(slotBytes >= 2 * Long.BYTES && slotBytes % Long.BYTES == 0,
                "slotBytes must be a multiple of 8, 16 or more", "slotBytes", slotBytes);
        require(slotCount >= 1, "slotCount must be 1 or more", "slotCount", slotCount);
        require((long) slotBytes * slotCount <= mappedBytes - headerBytes,
                "the mapping must hold " + slotCount + " slots of " + slotBytes + " bytes", "bytes", mappedBytes);
        require(nodeCount >= 1 && nodeCount <= slotBytes, "nodeCount must be 1.." + slotBytes, "nodeCount", nodeCount);
        require(pageShift >= 0 && pageShift <= MAX_SHIFT, "pageShift must be 0.." + MAX_SHIFT, "pageShift", pageShift);
        require(epochShift >= 0 && epochShift <= MAX_SHIFT, "epochShift must be 0.." + MAX_SHIFT,
                "epochShift", epochShift);
    }

    /** Counters must lie in the slot, accesses before stalls; what else is read must lie in one word. */
    private void checkSlot(TableLayout layout) {
        int countsBytes = Short.BYTES * nodeCount;
        require(countsOffset >= 0 && countsOffset % Short.BYTES == 0, "countsOffset must be even, 0 or more",
                "countsOffset", countsOffset);
        require(counts2Offset >= countsOffset + countsBytes && counts2Offset % Short.BYTES == 0
                        && counts2Offset + countsBytes <= slotBytes,
                "counts2Offset must be even and leave " + countsBytes + " bytes before it and in the slot",
                "counts2Offset", counts2Offset);
        int words = rowShape(layout).words();
        require(words <= RowShape.maxWords(nodeCount) && rowOffset() + words * Long.BYTES <= slotBytes,
                "counters must lie close together, with " + RowShape.MIN_WORDS + " words of the slot for them",
                "counts2Offset", counts2Offset);
        require(layout.slotKeyOffset() % Long.BYTES == 0, "the key must be aligned", "keyOffset",
                layout.slotKeyOffset());
        inMark(layout.slotEpochOffset(), EPOCH_BYTES);
        inMark(layout.slotLatencyOffset(), Short.BYTES);
        inMark(layout.slotStoresOffset(), Byte.BYTES);
        inMark(layout.slotCodesOffset(), Byte.BYTES);
    }

    private void inMark(int offset, int bytes) {
        require(offset >= markOffset && offset + bytes <= markOffset + Long.BYTES,
                "epoch, latency, stores and codes must lie in the 8 bytes from " + markOffset, "offset", offset);
    }

    private static void equal(String name, int wanted, int value) {
        require(value == wanted, name + " must be " + wanted, name, value);
    }

    private static void require(boolean isRight, String rule, String name, long value) {
        if (!isRight) {
            throw new IllegalArgumentException(rule + ": " + name + "=" + value);
        }
    }
}
