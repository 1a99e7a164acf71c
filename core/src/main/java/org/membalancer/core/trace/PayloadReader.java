// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.nio.charset.StandardCharsets;

/** Reads the payload of one block. Whatever the bytes are, it stays within them and throws nothing but TraceException. */
final class PayloadReader {
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MASK = 0x7f;

    private final String file;
    private byte[] bytes = new byte[TraceFormat.FULL_PAYLOAD_BYTES];
    private long blockOffset;
    private int length;
    private int position;

    PayloadReader(String file) {
        this.file = file;
    }

    /** Where a block's payload of so many bytes is to be put. */
    byte[] room(int bytesOfPayload) {
        if (bytesOfPayload > bytes.length) {
            bytes = new byte[TraceFormat.MAX_PAYLOAD_BYTES];
        }
        return bytes;
    }

    /** Starts with the payload that is in {@link #room}. */
    void begin(long newBlockOffset, int newLength) {
        blockOffset = newBlockOffset;
        length = newLength;
        position = 0;
    }

    int octet() throws TraceException {
        if (position == length) {
            throw wrong("a block ends within a value");
        }
        return Byte.toUnsignedInt(bytes[position++]);
    }

    long unsigned() throws TraceException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += VARINT_BITS) {
            int next = octet();
            value |= (long) (next & VARINT_MASK) << shift;
            if (next <= VARINT_MASK) {
                return value;
            }
        }
        throw wrong("a number of more than 64 bits");
    }

    long signed() throws TraceException {
        long value = unsigned();
        return value >>> 1 ^ -(value & 1);
    }

    /** A number from 0 to a limit, by name. */
    int upTo(int limit, String name) throws TraceException {
        return (int) upTo((long) limit, name);
    }

    /** A number from 0 to a limit, by name. */
    long upTo(long limit, String name) throws TraceException {
        long value = unsigned();
        if (value < 0 || value > limit) {
            throw wrong(name + " must be 0.." + limit + ": " + name + "=" + Long.toUnsignedString(value));
        }
        return value;
    }

    String text(String name) throws TraceException {
        int bytesOfText = upTo(Math.min(TraceFormat.MAX_TEXT_BYTES, length - position), name + " length");
        if (bytesOfText > length - position) {
            throw wrong("a block ends within a text");
        }
        String text = new String(bytes, position, bytesOfText, StandardCharsets.UTF_8);
        position += bytesOfText;
        return text;
    }

    /** Nothing may be left. */
    void end() throws TraceException {
        if (position != length) {
            throw wrong("a block has " + (length - position) + " bytes too many");
        }
    }

    TraceException wrong(String what) {
        return new TraceException(file, blockOffset, what);
    }
}
