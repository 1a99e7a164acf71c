// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads numbers and texts out of this JVM's own memory, by way of a few pages that it keeps: the tables that HotSpot
 * describes itself by have thousands of small entries. What changes while it is kept is not seen to change, so use one
 * reader for one purpose. One thread owns it.
 */
final class VmReader {
    private static final int PAGE_BYTES = 4096;
    private static final int KEPT_PAGES = 16;
    private static final int MAX_TEXT_BYTES = 4 * PAGE_BYTES;
    private static final long NO_PAGE = -1;

    private final VmMemory memory;
    private final ByteBuffer pages =
            ByteBuffer.allocateDirect(KEPT_PAGES * PAGE_BYTES).order(ByteOrder.nativeOrder());
    private final long[] keptPages = new long[KEPT_PAGES];

    VmReader(VmMemory memory) {
        this.memory = memory;
        Arrays.fill(keptPages, NO_PAGE);
    }

    /** Reads a pointer or another 64-bit number, which is aligned as the compiler aligns it. */
    long readLong(long address) throws VmStructsException {
        return pages.getLong(indexOf(aligned(address, Long.BYTES)));
    }

    /** Reads a 32-bit number, which is aligned as the compiler aligns it. */
    int readInt(long address) throws VmStructsException {
        return pages.getInt(indexOf(aligned(address, Integer.BYTES)));
    }

    /** Reads one byte. */
    int readByte(long address) throws VmStructsException {
        return pages.get(indexOf(address));
    }

    /** Reads a NUL-terminated text; empty for a null pointer. */
    String readText(long address) throws VmStructsException {
        int length = 0;
        while (address != 0 && length < MAX_TEXT_BYTES && readByte(address + length) != 0) {
            length++;
        }
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) readByte(address + i);
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Where in the buffer the byte of that address is. A page is mapped as a whole or not at all. */
    private int indexOf(long address) throws VmStructsException {
        long page = Math.floorDiv(address, (long) PAGE_BYTES);
        int kept = (int) Math.floorMod(page, (long) KEPT_PAGES);
        int start = kept * PAGE_BYTES;
        if (keptPages[kept] != page) {
            keptPages[kept] = NO_PAGE;
            fetch(page * PAGE_BYTES, start, address);
            keptPages[kept] = page;
        }
        return start + (int) Math.floorMod(address, (long) PAGE_BYTES);
    }

    private void fetch(long pageAddress, int start, long wanted) throws VmStructsException {
        pages.limit(start + PAGE_BYTES).position(start);
        int copied = memory.read(pageAddress, pages);
        pages.clear();
        if (copied != PAGE_BYTES) {
            throw new VmStructsException(
                    "this JVM's memory at 0x" + Long.toHexString(wanted) + " cannot be read: " + copied);
        }
    }

    private static long aligned(long address, int bytes) throws VmStructsException {
        if (address % bytes != 0) {
            throw new VmStructsException("0x" + Long.toHexString(address) + " is no address of a number");
        }
        return address;
    }
}
