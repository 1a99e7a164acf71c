// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The payload of a block under way: varints and texts. Grows to the largest payload and no further. */
final class PayloadWriter {
    private static final int MAX_VARINT_BYTES = 10;
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MASK = 0x7f;
    private static final int VARINT_MORE = 0x80;

    private byte[] bytes = new byte[TraceFormat.FULL_PAYLOAD_BYTES];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    boolean isFull() {
        return length >= TraceFormat.FULL_PAYLOAD_BYTES;
    }

    void clear() {
        length = 0;
    }

    void octet(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    /** Seven bits a byte, the low ones first; a number below 0 takes ten bytes. */
    void unsigned(long value) {
        reserve(MAX_VARINT_BYTES);
        long rest = value;
        while ((rest & ~VARINT_MASK) != 0) {
            bytes[length++] = (byte) (rest | VARINT_MORE);
            rest >>>= VARINT_BITS;
        }
        bytes[length++] = (byte) rest;
    }

    /** Small numbers of either sign are short. */
    void signed(long value) {
        unsigned(value << 1 ^ value >> Long.SIZE - 1);
    }

    /** A longer text than a reader accepts is cut. */
    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int kept = Math.min(utf8.length, TraceFormat.MAX_TEXT_BYTES);
        unsigned(kept);
        reserve(kept);
        System.arraycopy(utf8, 0, bytes, length, kept);
        length += kept;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, bytes.length + Math.max(more, bytes.length / 2));
        }
    }
}
