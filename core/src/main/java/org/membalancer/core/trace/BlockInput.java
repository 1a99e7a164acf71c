// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Reads the preamble and whole blocks, and checks them. Owned by one thread; holds one block at a time. */
final class BlockInput implements AutoCloseable {
    private final String file;
    private final InputStream in;
    private final PayloadReader payload;
    private final byte[] frame = new byte[TraceFormat.FRAME_BYTES];
    private final ByteBuffer frameFields = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private long offset;
    private long blockOffset;
    private int kind;
    private int count;

    /** Reads the preamble. */
    BlockInput(String file, InputStream in) throws IOException {
        this.file = file;
        this.in = in;
        this.payload = new PayloadReader(file);
        readPreamble();
    }

    int kind() {
        return kind;
    }

    /** Items of the block. */
    int count() {
        return count;
    }

    PayloadReader payload() {
        return payload;
    }

    /** Reads the next block; after the last one there must be an end, see {@link #requireEnd}. */
    void read() throws IOException {
        blockOffset = offset;
        int frameBytes = fill(frame, frame.length);
        if (frameBytes < frame.length) {
            throw wrong("cut off: the block that ends a trace is missing");
        }
        kind = Byte.toUnsignedInt(frameFields.get(0));
        count = frameFields.getInt(1);
        int length = frameFields.getInt(1 + Integer.BYTES);
        if (length < 0 || length > TraceFormat.MAX_PAYLOAD_BYTES || count < 0) {
            throw wrong("corrupt: a block of " + Integer.toUnsignedString(length) + " bytes and "
                    + Integer.toUnsignedString(count) + " items, at most " + TraceFormat.MAX_PAYLOAD_BYTES + " bytes");
        }
        byte[] bytes = payload.room(length);
        if (fill(bytes, length) < length) {
            throw wrong("cut off or corrupt: the file ends within a block of " + length + " bytes");
        }
        checkCrc(bytes, length);
        payload.begin(blockOffset, length);
    }

    /** Nothing may follow. */
    void requireEnd() throws IOException {
        blockOffset = offset;
        if (in.read() >= 0) {
            throw wrong("corrupt: something follows the end of the trace");
        }
    }

    TraceException wrong(String what) {
        return new TraceException(file, blockOffset, what);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void readPreamble() throws IOException {
        byte[] preamble = new byte[TraceFormat.PREAMBLE_BYTES];
        int length = fill(preamble, preamble.length);
        String magic = new String(preamble, 0, TraceFormat.MAGIC.length(), StandardCharsets.ISO_8859_1);
        if (!magic.equals(TraceFormat.MAGIC)) {
            throw wrong(length == 0 ? "the file is empty" : "not a trace of membalancer");
        }
        if (length < preamble.length) {
            throw wrong("cut off: the block that ends a trace is missing");
        }
        int version = Short.toUnsignedInt(
                ByteBuffer.wrap(preamble).order(ByteOrder.LITTLE_ENDIAN).getShort(TraceFormat.MAGIC.length()));
        if (version != TraceFormat.VERSION) {
            throw wrong("a trace of version " + version + ", only version " + TraceFormat.VERSION + " is understood");
        }
    }

    private void checkCrc(byte[] bytes, int length) throws TraceException {
        crc.reset();
        crc.update(frame, 0, TraceFormat.FRAME_CRC_OFFSET);
        crc.update(bytes, 0, length);
        if ((int) crc.getValue() != frameFields.getInt(TraceFormat.FRAME_CRC_OFFSET)) {
            throw wrong("corrupt: the checksum of a block of " + length + " bytes is wrong");
        }
    }

    private int fill(byte[] into, int length) throws IOException {
        int got = in.readNBytes(into, 0, length);
        offset += got;
        return got;
    }
}
