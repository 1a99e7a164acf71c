// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.TableLayout;

/** A heat table in plain memory, in a layout of its own: no test here depends on the C header. */
final class FakeTable {
    static final int SLOTS = 1024;
    static final int NODES = 2;
    static final int PAGE_SHIFT = 12;
    static final int EPOCH_SHIFT = 33;

    private static final long MAGIC = 0x1122334455667788L;
    private static final int HEADER_BYTES = 256;
    private static final int SLOT_BYTES = 32;
    private static final int COUNTS_OFFSET = 16;
    private static final List<String> HEADER_FIELDS = List.of("magic", "recorded", "replaced", "dropped", "group_id",
            "abi_version", "kind", "header_bytes", "slot_bytes", "slot_count", "node_count", "counts_offset",
            "counts2_offset", "page_shift", "epoch_shift", "tgid", "source");

    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(HEADER_BYTES + SLOTS * SLOT_BYTES).order(ByteOrder.nativeOrder());
    private int used;

    FakeTable() {
        header("abi_version", 1);
        header("kind", 1);
        header("header_bytes", HEADER_BYTES);
        header("slot_bytes", SLOT_BYTES);
        header("slot_count", SLOTS);
        header("node_count", NODES);
        header("counts_offset", COUNTS_OFFSET);
        header("counts2_offset", COUNTS_OFFSET + NODES * Short.BYTES);
        header("page_shift", PAGE_SHIFT);
        header("epoch_shift", EPOCH_SHIFT);
        bytes.putLong(abi("mbal_table_header.magic"), MAGIC);
        bytes.putLong(abi("mbal_table_header.group_id"), 7);
    }

    /** Adds a page that the CPUs of some nodes used so many times each. */
    FakeTable page(long address, long nowNs, int... accessesByNode) {
        write(used++, address, nowNs, accessesByNode);
        return this;
    }

    /** Adds to what some nodes used of a page that was added as the so-and-so-many-th, from 0. */
    void more(int place, int... accessesByNode) {
        int slot = HEADER_BYTES + place * SLOT_BYTES;
        for (int nodeId = 0; nodeId < accessesByNode.length; nodeId++) {
            int at = slot + COUNTS_OFFSET + nodeId * Short.BYTES;
            bytes.putShort(at, (short) (bytes.getShort(at) + accessesByNode[nodeId]));
        }
    }

    private void write(int place, long address, long nowNs, int... accessesByNode) {
        int slot = HEADER_BYTES + place * SLOT_BYTES;
        bytes.putLong(slot, address >>> PAGE_SHIFT);
        bytes.putInt(slot + 8, (int) (nowNs >>> EPOCH_SHIFT));
        for (int nodeId = 0; nodeId < accessesByNode.length; nodeId++) {
            bytes.putShort(slot + COUNTS_OFFSET + nodeId * Short.BYTES, (short) accessesByNode[nodeId]);
        }
    }

    FakeTable recorded(long samples) {
        bytes.putLong(abi("mbal_table_header.recorded"), samples);
        return this;
    }

    HeatTable open() {
        return HeatTable.over(bytes.asReadOnlyBuffer().order(ByteOrder.nativeOrder()),
                TableLayout.of(MAGIC, FakeTable::abi));
    }

    /** The same as a table of threads. */
    HeatTable openThreads() {
        header("kind", 2);
        return HeatTable.overThreads(bytes.asReadOnlyBuffer().order(ByteOrder.nativeOrder()),
                TableLayout.of(MAGIC, FakeTable::abi));
    }

    private void header(String field, int value) {
        bytes.putInt(abi("mbal_table_header." + field), value);
    }

    private static int abi(String name) {
        return switch (name) {
            case "MBAL_ABI_VERSION", "MBAL_TABLE_HEAT" -> 1;
            case "MBAL_TABLE_THREADS" -> 2;
            case "MBAL_TABLE_RECENT" -> 3;
            case "MBAL_HEADER_BYTES" -> HEADER_BYTES;
            case "MBAL_SOURCE_PEBS" -> 3;
            case "MBAL_SOURCE_IBS" -> 4;
            case "MBAL_STALL_CYCLES" -> 256;
            case "MBAL_KEY_PAGE_BITS" -> 44;
            case "mbal_slot.key" -> 0;
            case "mbal_slot.epoch" -> 8;
            case "mbal_slot.latency" -> 12;
            case "mbal_slot.stores" -> 14;
            case "mbal_slot.codes" -> 15;
            default -> headerOffset(name);
        };
    }

    private static int headerOffset(String name) {
        int index = HEADER_FIELDS.indexOf(name.replace("mbal_table_header.", ""));
        if (index < 0) {
            throw new IllegalArgumentException("no such name: " + name);
        }
        return index * Long.BYTES;
    }
}
