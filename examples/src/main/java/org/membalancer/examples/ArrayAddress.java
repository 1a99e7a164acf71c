// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds where a long[] lies, for every collector, with and without compressed object pointers.
 *
 * <p>The bits of the reference are read with sun.misc.Unsafe and decoded in every way that HotSpot knows: as they are,
 * shifted and based (compressed), or shifted right (ZGC's coloured pointers). A candidate must lie in a writable
 * mapping, and is proven by writing a number into the array and seeing it change there. Memory is read through
 * /proc/self/mem, where a wrong address is an error and not a crash. Only to be used while nobody else accesses the
 * first cell.
 */
final class ArrayAddress {
    private static final int MAX_OBJECT_SHIFT = 8; // ObjectAlignmentInBytes=256
    private static final int[] COLOUR_SHIFTS = {13, 14, 15, 16};

    private final Object unsafe;
    private final Method getInt;
    private final Method getLong;
    private final long referenceOffset;
    private final boolean isCompressed;
    private final long firstCellOffset;

    /**
     * Finds the doors to the bits of a reference.
     *
     * @throws IOException when this Java has none
     */
    ArrayAddress() throws IOException {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            unsafe = instance.get(null);
            getInt = type.getMethod("getInt", Object.class, long.class);
            getLong = type.getMethod("getLong", Object.class, long.class);
            Method baseOffset = type.getMethod("arrayBaseOffset", Class.class);
            referenceOffset = ((Number) baseOffset.invoke(unsafe, Object[].class)).longValue();
            firstCellOffset = ((Number) baseOffset.invoke(unsafe, long[].class)).longValue();
            isCompressed = type.getMethod("arrayIndexScale", Class.class).invoke(unsafe, Object[].class).equals(4);
        } catch (ReflectiveOperationException e) {
            throw new IOException("this Java does not show where an array lies: " + e, e);
        }
    }

    /**
     * Asks where the first cell lies now.
     *
     * @param cells at least one
     * @return its address
     * @throws IOException when no decoding of the reference leads to the array
     */
    long ofFirstCell(long[] cells) throws IOException {
        return decoding(cells).of(cells) + firstCellOffset;
    }

    /**
     * Finds how references are decoded, which is the same for all objects as long as the heap does not grow.
     *
     * @param cells at least one
     * @return the decoding
     * @throws IOException when no decoding of the reference leads to the array
     */
    Decoding decoding(long[] cells) throws IOException {
        List<AddressRange> mappings = new ArrayList<>();
        List<AddressRange> writable = new ArrayList<>();
        readMappings(mappings, writable);
        long bits = referenceBits(cells);
        List<Long> candidates = candidates(bits, mappings);
        for (int i = 0; i < candidates.size(); i++) {
            long address = candidates.get(i) + firstCellOffset;
            AddressRange cell = new AddressRange(address, address + Long.BYTES);
            if (address % Long.BYTES == 0 && writable.stream().anyMatch(range -> range.contains(cell))
                    && isProven(cells, address)) {
                return new Decoding(mappings, i);
            }
        }
        throw new IOException("no decoding of the reference 0x" + Long.toHexString(bits) + " leads to the array");
    }

    /** One way of decoding references. */
    final class Decoding {
        private final List<AddressRange> mappings;
        private final int number;

        private Decoding(List<AddressRange> mappings, int number) {
            this.mappings = mappings;
            this.number = number;
        }

        /** Where the object lies now. */
        long of(Object object) throws IOException {
            return candidates(referenceBits(object), mappings).get(number);
        }
    }

    private long referenceBits(Object object) throws IOException {
        Object[] holder = {object};
        try {
            if (isCompressed) {
                return Integer.toUnsignedLong((int) getInt.invoke(unsafe, holder, referenceOffset));
            }
            return (long) getLong.invoke(unsafe, holder, referenceOffset);
        } catch (ReflectiveOperationException e) {
            throw new IOException("a reference cannot be read: " + e, e);
        }
    }

    /** Where the object may lie, most likely first; the i-th is by the same decoding for every reference. */
    private List<Long> candidates(long bits, List<AddressRange> mappings) {
        List<Long> candidates = new ArrayList<>();
        if (!isCompressed) {
            candidates.add(bits);
            for (int shift : COLOUR_SHIFTS) {
                candidates.add(bits >>> shift);
            }
            return candidates;
        }
        candidates.add(bits << 3);
        for (int shift = 0; shift <= MAX_OBJECT_SHIFT; shift++) {
            candidates.add(bits << shift);
        }
        // A base other than 0 is where the heap's reserved range begins: a mapping of its own, without access.
        for (int shift = 3; shift <= MAX_OBJECT_SHIFT; shift++) {
            for (AddressRange mapping : mappings) {
                candidates.add(mapping.startAddress() + (bits << shift));
            }
        }
        return candidates;
    }

    private static boolean isProven(long[] cells, long address) {
        long before = cells[0];
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
            for (long sign : new long[] {System.nanoTime() | 1, ~System.nanoTime()}) {
                cells[0] = sign;
                if (read(memory, address) != sign) {
                    return false;
                }
            }
            return true;
        } catch (IOException unreadable) {
            return false; // a guard page or a device: not the heap
        } finally {
            cells[0] = before;
        }
    }

    private static long read(RandomAccessFile memory, long address) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        memory.seek(address);
        memory.readFully(word.array());
        return word.getLong(0);
    }

    private static void readMappings(List<AddressRange> mappings, List<AddressRange> writable) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            String[] words = line.split("[- ]", 4);
            AddressRange range = new AddressRange(Long.parseUnsignedLong(words[0], 16),
                    Long.parseUnsignedLong(words[1], 16));
            mappings.add(range);
            if (words[2].startsWith("rw")) {
                writable.add(range);
            }
        }
    }
}
