// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads numbers and texts out of this JVM's own memory. One thread owns it. */
final class VmReader {
    private static final int CHUNK_BYTES = 64;
    private static final int PAGE_BYTES = 4096;
    private static final int MAX_TEXT_BYTES = 4 * PAGE_BYTES;

    private final VmMemory memory;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.nativeOrder());

    VmReader(VmMemory memory) {
        this.memory = memory;
    }

    /** Reads a pointer or another 64-bit number. */
    long readLong(long address) throws VmStructsException {
        fill(address, Long.BYTES);
        return buffer.getLong(0);
    }

    /** Reads a 32-bit number. */
    int readInt(long address) throws VmStructsException {
        fill(address, Integer.BYTES);
        return buffer.getInt(0);
    }

    /** Reads one byte. */
    int readByte(long address) throws VmStructsException {
        fill(address, 1);
        return buffer.get(0);
    }

    /** Reads a NUL-terminated text; empty for a null pointer. */
    String readText(long address) throws VmStructsException {
        StringBuilder text = new StringBuilder();
        long at = address;
        while (address != 0 && text.length() < MAX_TEXT_BYTES) {
            int length = bytesToPageEnd(at);
            fill(at, length);
            int nul = indexOfNul(length);
            text.append(StandardCharsets.ISO_8859_1.decode(buffer.slice(0, nul)));
            if (nul < length) {
                break;
            }
            at += length;
        }
        return text.toString();
    }

    /** A text may end just before an unmapped page, so no read crosses into the next one unasked. */
    private static int bytesToPageEnd(long address) {
        return Math.min(CHUNK_BYTES, PAGE_BYTES - (int) (address & (PAGE_BYTES - 1)));
    }

    private int indexOfNul(int length) {
        int i = 0;
        while (i < length && buffer.get(i) != 0) {
            i++;
        }
        return i;
    }

    private void fill(long address, int bytes) throws VmStructsException {
        buffer.clear().limit(bytes);
        int copied = memory.read(address, buffer);
        buffer.clear();
        if (copied != bytes) {
            throw new VmStructsException("cannot read " + bytes + " bytes of this JVM at 0x"
                    + Long.toHexString(address) + ": " + copied);
        }
    }
}
