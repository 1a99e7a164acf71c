// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.TableLayout;
import org.membalancer.core.sample.AccessLayout;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.core.sample.Sample;

/** A ring of recent accesses that a test writes, and the empty thread table beside it, in a layout made up here. */
final class FakeRing {
    static final int STALL_CYCLES = 128;

    private static final int SLOTS = 64;
    private static final int HEADER_BYTES = 2048;
    /* Room for fields that lie 8 bytes apart, wherever they begin. */
    private static final int ACCESS_BYTES = 512;
    private static final long MAGIC = 77;

    private final Map<String, Integer> offsets = new HashMap<>();
    private final TableLayout table = TableLayout.of(MAGIC, this::value);
    private final AccessLayout access = AccessLayout.of(this::value);
    private final ByteBuffer memory;
    private final int nodeCount;

    FakeRing(int nodeCount) {
        this.nodeCount = nodeCount;
        this.memory = table(table.recentKind(), access.bytes());
    }

    RecentRing ring() {
        return RecentRing.over(memory, table, access);
    }

    HeatTable threadTable() {
        return HeatTable.overThreads(table(table.threadsKind(), 32), table);
    }

    void record(Sample sample) {
        long number = memory.getLong(table.recordedOffset());
        memory.putLong(table.recordedOffset(), number + 1);
        access.write(sample, memory, HEADER_BYTES + (int) (number % SLOTS) * access.bytes());
    }

    private ByteBuffer table(int kind, int slotBytes) {
        ByteBuffer made = ByteBuffer.allocateDirect(HEADER_BYTES + SLOTS * slotBytes).order(ByteOrder.LITTLE_ENDIAN);
        made.putLong(table.magicOffset(), MAGIC).putInt(table.abiVersionOffset(), table.abiVersion())
                .putInt(table.kindOffset(), kind).putInt(table.headerBytesOffset(), HEADER_BYTES)
                .putInt(table.slotBytesOffset(), slotBytes).putInt(table.slotCountOffset(), SLOTS)
                .putInt(table.nodeCountOffset(), nodeCount).putInt(table.countsOffsetOffset(), 16)
                .putInt(table.counts2OffsetOffset(), 16 + 2 * nodeCount).putInt(table.pageShiftOffset(), 12)
                .putInt(table.epochShiftOffset(), 33);
        return made;
    }

    private int value(String name) {
        return switch (name) {
            case "MBAL_HEADER_BYTES" -> HEADER_BYTES;
            case "MBAL_STALL_CYCLES" -> STALL_CYCLES;
            case "sizeof(mbal_access)" -> ACCESS_BYTES;
            case "mbal_slot.key" -> 0;
            case "mbal_slot.epoch" -> 8;
            case "mbal_slot.latency" -> 12;
            case "mbal_slot.stores" -> 14;
            case "mbal_slot.codes" -> 15;
            default -> offsets.computeIfAbsent(name, key -> 8 * (offsets.size() + 1));
        };
    }
}
