// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.sample.Samples;

/** Whatever the bytes are: the samples before the damage, then one line, and never another exception. */
class TraceCorruptionTest {

    @ParameterizedTest
    @ValueSource(strings = {"two-nodes.mbtrace", "several.mbtrace"})
    void shouldNoticeEveryChangedByte(String file) throws IOException {
        byte[] good = GoldenTraceTest.committed(file);
        List<String> all = read(good);
        for (int i = 0; i < good.length; i++) {
            for (int change : new int[] {1, 0x80, 0xff}) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) change;
                assertNoticed(bad, all, "byte " + i + " ^ " + change);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"two-nodes.mbtrace", "several.mbtrace"})
    void shouldNoticeEveryPlaceWhereItIsCutOff(String file) throws IOException {
        byte[] good = GoldenTraceTest.committed(file);
        List<String> all = read(good);
        for (int length = 0; length < good.length; length++) {
            assertNoticed(Arrays.copyOf(good, length), all, "length " + length);
        }
        assertNoticed(Arrays.copyOf(good, good.length + 1), all, "one byte more");
    }

    @Test
    void shouldSayInWhichFileWhereAndWhat() throws IOException {
        byte[] good = GoldenTraceTest.committed();
        assertEquals("t: at byte 0: the file is empty", message(new byte[0]));
        assertEquals("t: at byte 0: not a trace of membalancer", message("#!/bin/sh\nexit 1\n".getBytes()));
        byte[] newer = good.clone();
        newer[TraceFormat.MAGIC.length()]++;
        assertEquals("t: at byte 0: a trace of version 2, only version 1 is understood", message(newer));
        int end = good.length - TraceFormat.FRAME_BYTES - endPayloadBytes(good);
        assertEquals("t: at byte " + end + ": cut off: the block that ends a trace is missing",
                message(Arrays.copyOf(good, end)));
        assertEquals("t: at byte " + end + ": cut off or corrupt: the file ends within a block of "
                + endPayloadBytes(good) + " bytes", message(Arrays.copyOf(good, good.length - 1)));
        byte[] changed = good.clone();
        changed[good.length - 1]++;
        assertEquals("t: at byte " + end + ": corrupt: the checksum of a block of " + endPayloadBytes(good)
                + " bytes is wrong", message(changed));
        assertEquals("t: at byte " + good.length + ": corrupt: something follows the end of the trace",
                message(Arrays.copyOf(good, good.length + 1)));
    }

    /** Somebody who can compute a checksum: any content must be read, or refused in one line. */
    @ParameterizedTest
    @ValueSource(strings = {"two-nodes.mbtrace", "several.mbtrace"})
    void shouldSurviveContentWithRightChecksums(String file) throws IOException {
        byte[] good = GoldenTraceTest.committed(file);
        SplittableRandom random = new SplittableRandom(3);
        int refused = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                int at = TraceFormat.PREAMBLE_BYTES + random.nextInt(bad.length - TraceFormat.PREAMBLE_BYTES);
                bad[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            mendChecksums(bad);
            refused += isRefused(bad) ? 1 : 0;
        }
        assertTrue(refused > 150, "refused=" + refused);
    }

    @Test
    void shouldPassOverBlocksOfKindsItDoesNotKnow() throws IOException {
        byte[] good = GoldenTraceTest.committed();
        int end = good.length - TraceFormat.FRAME_BYTES - endPayloadBytes(good);
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        BlockOutput blocks = new BlockOutput(other);
        PayloadWriter payload = new PayloadWriter();
        payload.text("something new");
        blocks.write(99, 1, payload);
        byte[] block = Arrays.copyOfRange(other.toByteArray(), TraceFormat.PREAMBLE_BYTES, other.size());
        byte[] longer = new byte[good.length + block.length];
        System.arraycopy(good, 0, longer, 0, end);
        System.arraycopy(block, 0, longer, end, block.length);
        System.arraycopy(good, end, longer, end + block.length, good.length - end);
        assertEquals(read(good), read(longer));
    }

    private static void assertNoticed(byte[] bad, List<String> all, String what) throws IOException {
        List<String> before = new ArrayList<>();
        TraceException e = assertThrows(TraceException.class, () -> readInto(bad, before), what);
        assertTrue(e.getMessage().startsWith("t: at byte ") && e.getMessage().lines().count() == 1, e.getMessage());
        assertEquals(all.subList(0, before.size()), before, what);
    }

    private static boolean isRefused(byte[] bytes) throws IOException {
        try {
            read(bytes);
            return false;
        } catch (TraceException e) {
            assertTrue(e.getMessage().startsWith("t: at byte ") && e.getMessage().lines().count() == 1, e.getMessage());
            return true;
        }
    }

    private static String message(byte[] bytes) {
        return assertThrows(TraceException.class, () -> read(bytes)).getMessage();
    }

    private static List<String> read(byte[] bytes) throws IOException {
        List<String> samples = new ArrayList<>();
        readInto(bytes, samples);
        return samples;
    }

    private static void readInto(byte[] bytes, List<String> into) throws IOException {
        try (TraceReader reader = TraceReader.of("t", new ByteArrayInputStream(bytes))) {
            reader.forEach(sample -> into.add(Samples.text(sample)));
        }
    }

    private static int endPayloadBytes(byte[] good) {
        ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        int at = TraceFormat.PREAMBLE_BYTES;
        int length = bytes.getInt(at + 1 + Integer.BYTES);
        while (at + TraceFormat.FRAME_BYTES + length < good.length) {
            at += TraceFormat.FRAME_BYTES + length;
            length = bytes.getInt(at + 1 + Integer.BYTES);
        }
        return length;
    }

    private static void mendChecksums(byte[] bytes) {
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = TraceFormat.PREAMBLE_BYTES;
        while (at + TraceFormat.FRAME_BYTES <= bytes.length) {
            int length = fields.getInt(at + 1 + Integer.BYTES);
            if (length < 0 || length > bytes.length - at - TraceFormat.FRAME_BYTES) {
                return;
            }
            CRC32C crc = new CRC32C();
            crc.update(bytes, at, TraceFormat.FRAME_CRC_OFFSET);
            crc.update(bytes, at + TraceFormat.FRAME_BYTES, length);
            fields.putInt(at + TraceFormat.FRAME_CRC_OFFSET, (int) crc.getValue());
            at += TraceFormat.FRAME_BYTES + length;
        }
    }
}
