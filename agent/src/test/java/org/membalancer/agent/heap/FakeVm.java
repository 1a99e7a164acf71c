// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Made-up memory of a JVM that describes itself as HotSpot does, with columns in an order of its own. */
final class FakeVm implements VmSymbols, VmMemory {
    static final long BASE_ADDRESS = 0x7f0000001000L;
    static final int EFAULT = 14;

    private static final int IMAGE_BYTES = 1 << 16;
    private static final int STRUCT_STRIDE_BYTES = 56;
    private static final int TYPE_STRIDE_BYTES = 24;

    private final ByteBuffer image = ByteBuffer.allocate(IMAGE_BYTES).order(ByteOrder.nativeOrder());
    private final Map<String, Long> symbols = new HashMap<>();
    private int used;

    /** One field, as a row of the table. */
    record Row(String type, String field, boolean isStatic, long offsetOrAddress) {
    }

    /** Takes so many bytes, aligned to 8. */
    long allocate(int bytes) {
        long address = BASE_ADDRESS + used;
        used += (bytes + 7) / 8 * 8;
        return address;
    }

    void putLong(long address, long value) {
        image.putLong((int) (address - BASE_ADDRESS), value);
    }

    void putInt(long address, int value) {
        image.putInt((int) (address - BASE_ADDRESS), value);
    }

    long text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        long address = allocate(bytes.length + 1);
        image.put((int) (address - BASE_ADDRESS), bytes);
        return address;
    }

    /** Exports a symbol that holds a number. */
    void export(String symbol, long value) {
        long address = allocate(Long.BYTES);
        putLong(address, value);
        symbols.put(symbol, address);
    }

    void withdraw(String symbol) {
        symbols.remove(symbol);
    }

    void exportStructs(List<Row> rows) {
        String prefix = "gHotSpotVMStructEntry";
        export(prefix + "ArrayStride", STRUCT_STRIDE_BYTES);
        export(prefix + "AddressOffset", 0);
        export(prefix + "OffsetOffset", 8);
        export(prefix + "IsStaticOffset", 16);
        export(prefix + "FieldNameOffset", 24);
        export(prefix + "TypeNameOffset", 40);
        long table = allocate((rows.size() + 1) * STRUCT_STRIDE_BYTES);
        export("gHotSpotVMStructs", table);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            long entry = table + (long) i * STRUCT_STRIDE_BYTES;
            putLong(entry + (row.isStatic() ? 0 : 8), row.offsetOrAddress());
            putInt(entry + 16, row.isStatic() ? 1 : 0);
            putLong(entry + 24, text(row.field()));
            putLong(entry + 40, text(row.type()));
        }
    }

    void exportTypes(Map<String, Long> sizes) {
        String prefix = "gHotSpotVMTypeEntry";
        export(prefix + "ArrayStride", TYPE_STRIDE_BYTES);
        export(prefix + "SizeOffset", 8);
        export(prefix + "TypeNameOffset", 16);
        long table = allocate((sizes.size() + 1) * TYPE_STRIDE_BYTES);
        export("gHotSpotVMTypes", table);
        long entry = table;
        for (Map.Entry<String, Long> size : sizes.entrySet()) {
            putLong(entry + 8, size.getValue());
            putLong(entry + 16, text(size.getKey()));
            entry += TYPE_STRIDE_BYTES;
        }
    }

    @Override
    public long addressOf(String symbol) {
        return symbols.getOrDefault(symbol, 0L);
    }

    @Override
    public int read(long address, ByteBuffer into) {
        long offset = address - BASE_ADDRESS;
        int bytes = into.remaining();
        if (offset < 0 || offset + bytes > IMAGE_BYTES) {
            return -EFAULT;
        }
        into.put(image.slice((int) offset, bytes));
        return bytes;
    }
}
