// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.membalancer.core.heat.TableLayout;

/** A ring that tests write as BPF does: first the number, then the access. */
final class RingMemory {
    static final int SLOTS = 16;
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HEADER_BYTES = 256;
    private static final int ACCESS_BYTES = 64;
    private static final long MAGIC = 77;

    private final Map<String, Integer> abi = new HashMap<>();
    private final TableLayout table = TableLayout.of(MAGIC, this::tableOffset);
    private final AccessLayout access = AccessLayout.of(this::accessOffset);
    private final ByteBuffer memory = ByteBuffer.allocateDirect(HEADER_BYTES + SLOTS * ACCESS_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);

    RingMemory() {
        memory.putLong(table.magicOffset(), MAGIC).putInt(table.abiVersionOffset(), table.abiVersion())
                .putInt(table.kindOffset(), table.recentKind()).putInt(table.slotBytesOffset(), ACCESS_BYTES)
                .putInt(table.slotCountOffset(), SLOTS);
    }

    RecentRing open() {
        return RecentRing.over(memory, table, access);
    }

    void write(Sample sample) {
        long number = takeNumber();
        access.write(sample, memory, HEADER_BYTES + (int) (number % SLOTS) * ACCESS_BYTES);
    }

    /** Accesses whose time, address and code address are their number. */
    void writeNumbered(int count) {
        Sample sample = new Sample();
        for (int i = 0; i < count; i++) {
            long number = takeNumber();
            access.write(sample.at(number, number, number), memory,
                    HEADER_BYTES + (int) (number % SLOTS) * ACCESS_BYTES);
        }
    }

    void claimKind(boolean isHeat) {
        memory.putInt(table.kindOffset(), isHeat ? table.heatKind() : table.recentKind());
    }

    void claimSlots(int slots) {
        memory.putInt(table.slotCountOffset(), slots);
    }

    private long takeNumber() {
        return (long) LONGS.getAndAdd(memory, table.recordedOffset(), 1L);
    }

    private int tableOffset(String name) {
        return switch (name) {
            case "MBAL_HEADER_BYTES" -> HEADER_BYTES;
            case "MBAL_TABLE_HEAT" -> 1;
            case "MBAL_TABLE_RECENT" -> 3;
            default -> abi.computeIfAbsent(name, any -> abi.size() * Long.BYTES);
        };
    }

    private int accessOffset(String name) {
        List<String> longs = List.of("time_ns", "vaddr", "ip");
        List<String> others = List.of("tgid", "tid", "latency", "process_tag", "cpu_node", "memory_node", "flags", "weight",
                "tlb_latency", "data_source", "open_misses", "width");
        String field = name.substring(name.indexOf('.') + 1);
        if (longs.contains(field)) {
            return longs.indexOf(field) * Long.BYTES;
        }
        int at = longs.size() * Long.BYTES;
        for (String other : others) {
            if (other.equals(field)) {
                return at;
            }
            at += others.indexOf(other) < 4 ? Integer.BYTES : others.indexOf(other) < 9 ? Short.BYTES : 1;
        }
        return ACCESS_BYTES;
    }
}
