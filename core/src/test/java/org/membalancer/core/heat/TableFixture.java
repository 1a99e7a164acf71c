// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** A heat table as the kernel would write it, in a direct buffer, with a layout like that of the C header. */
public final class TableFixture {
    public static final long MAGIC = 0x31454c4241544c4dL;
    public static final int EPOCH_SHIFT = 33;
    public static final int PAGE_SHIFT = 12;
    static final int HEADER_BYTES = 256;

    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int COUNTS_OFFSET = 16;

    private final ByteBuffer table;
    private final int slotBytes;
    private final int nodeCount;

    private TableFixture(int slotCount, int nodeCount, int slotBytes) {
        this.slotBytes = slotBytes;
        this.nodeCount = nodeCount;
        this.table = ByteBuffer.allocateDirect(HEADER_BYTES + slotCount * slotBytes).order(ByteOrder.LITTLE_ENDIAN);
        TableLayout layout = layout();
        table.putLong(layout.magicOffset(), MAGIC);
        put("abi_version", 1);
        put("kind", 1);
        put("header_bytes", HEADER_BYTES);
        put("slot_bytes", slotBytes);
        put("slot_count", slotCount);
        put("node_count", nodeCount);
        put("counts_offset", COUNTS_OFFSET);
        put("counts2_offset", COUNTS_OFFSET + 2 * nodeCount);
        put("page_shift", PAGE_SHIFT);
        put("epoch_shift", EPOCH_SHIFT);
        put("tgid", 4711);
        table.putLong(layout.groupIdOffset(), 99);
    }

    /** An empty table. */
    public static TableFixture of(int slotCount, int nodeCount) {
        int need = COUNTS_OFFSET + 4 * nodeCount;
        return new TableFixture(slotCount, nodeCount, Math.max(32, Integer.highestOneBit(need - 1) * 2));
    }

    /** The layout of these tables. */
    public static TableLayout layout() {
        Map<String, Integer> names = names();
        return TableLayout.of(MAGIC, name -> {
            if (!names.containsKey(name)) {
                throw new IllegalArgumentException("unknown name: " + name);
            }
            return names.get(name);
        });
    }

    /** The whole table, writable. */
    public ByteBuffer buffer() {
        return table;
    }

    /** The table, opened. */
    public HeatTable open() {
        return HeatTable.over(table, layout());
    }

    /** The same as a table of threads. */
    public HeatTable openThreads() {
        return HeatTable.overThreads(put("kind", 2).table, layout());
    }

    /** Overwrites a 32-bit field of the header. */
    TableFixture put(String field, int value) {
        table.putInt(names().get("mbal_table_header." + field), value);
        return this;
    }

    /** Writes a slot: accesses by node, then stalls by node. */
    public TableFixture slot(int slot, long key, int epoch, int... counts) {
        int at = HEADER_BYTES + slot * slotBytes;
        table.putInt(at + 8, epoch);
        for (int i = 0; i < 2 * nodeCount; i++) {
            table.putShort(at + COUNTS_OFFSET + 2 * i, (short) (i < counts.length ? counts[i] : 0));
        }
        table.putLong(at, key);
        return this;
    }

    /** Writes what is known beside the counts of a slot. */
    TableFixture marks(int slot, int latency, int stores, int codes) {
        int at = HEADER_BYTES + slot * slotBytes;
        table.putShort(at + 12, (short) latency).put(at + 14, (byte) stores).put(at + 15, (byte) codes);
        return this;
    }

    TableFixture counters(long recorded, long replaced, long dropped) {
        table.putLong(96, recorded).putLong(104, replaced).putLong(112, dropped);
        return this;
    }

    /** Gives a slot to another page as BPF does: busy, reset, then the new key. */
    void rekey(int slot, long key, int... counts) {
        int at = HEADER_BYTES + slot * slotBytes;
        LONGS.setVolatile(table, at, 1L);
        for (int i = 0; i < counts.length; i++) {
            table.putShort(at + COUNTS_OFFSET + 2 * i, (short) counts[i]);
        }
        LONGS.setVolatile(table, at, key);
    }

    private static Map<String, Integer> names() {
        Map<String, Integer> names = new HashMap<>(Map.of("MBAL_ABI_VERSION", 1, "MBAL_HEADER_BYTES", HEADER_BYTES,
                "MBAL_TABLE_HEAT", 1, "MBAL_TABLE_THREADS", 2, "MBAL_TABLE_RECENT", 3,
                "MBAL_SOURCE_PEBS", 3, "MBAL_SOURCE_IBS", 4, "MBAL_STALL_CYCLES", 256,
                "MBAL_KEY_PAGE_BITS", 44));
        String[] words = {"magic", "", "abi_version", "kind", "header_bytes", "slot_bytes", "slot_count",
            "node_count", "counts_offset", "counts2_offset", "page_shift", "epoch_shift", "group_id", "", "tgid",
            "source"};
        for (int i = 0; i < words.length; i++) {
            names.put("mbal_table_header." + words[i], 4 * i);
        }
        names.putAll(Map.of("mbal_table_header.recorded", 96, "mbal_table_header.replaced", 104,
                "mbal_table_header.dropped", 112));
        names.putAll(Map.of("mbal_slot.key", 0, "mbal_slot.epoch", 8, "mbal_slot.latency", 12,
                "mbal_slot.stores", 14, "mbal_slot.codes", 15));
        return names;
    }
}
