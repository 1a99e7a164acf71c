// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes the preamble and whole blocks. Owned by one thread; allocates nothing per block. */
final class BlockOutput implements AutoCloseable {
    private final OutputStream out;
    private final byte[] frame = new byte[TraceFormat.FRAME_BYTES];
    private final ByteBuffer frameFields = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private long bytes;

    BlockOutput(OutputStream out) throws IOException {
        this.out = out;
        ByteBuffer preamble = ByteBuffer.allocate(TraceFormat.PREAMBLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        preamble.put(TraceFormat.MAGIC.getBytes(StandardCharsets.US_ASCII)).putShort((short) TraceFormat.VERSION);
        out.write(preamble.array());
        bytes = TraceFormat.PREAMBLE_BYTES;
    }

    /** Bytes written. */
    long bytes() {
        return bytes;
    }

    void write(int kind, int count, PayloadWriter payload) throws IOException {
        frameFields.clear().put((byte) kind).putInt(count).putInt(payload.length());
        crc.reset();
        crc.update(frame, 0, TraceFormat.FRAME_CRC_OFFSET);
        crc.update(payload.bytes(), 0, payload.length());
        frameFields.putInt((int) crc.getValue());
        out.write(frame);
        out.write(payload.bytes(), 0, payload.length());
        bytes += TraceFormat.FRAME_BYTES + payload.length();
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
