// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Also of NativeSymbols and MonotonicClock, the other small doors. */
class OwnMemoryTest {
    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void shouldReadWhatIsThere() {
        ByteBuffer source = Native.direct(Long.BYTES).putLong(0, 0x1122334455667788L);
        ByteBuffer into = Native.direct(24);
        into.position(8).limit(16);
        assertEquals(8, OwnMemory.read(BufferAddress.of(source), into));
        assertEquals(8, into.position());
        assertEquals(0x1122334455667788L, into.getLong(8));
        assertEquals(0, into.clear().getLong(0));
        assertEquals(0, into.getLong(16));
    }

    @Test
    void shouldAnswerEfaultForBadAddresses() {
        ByteBuffer into = Native.direct(16);
        for (long address : new long[] {0, 8, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertEquals(Native.errno("EFAULT"), OwnMemory.read(address, into),
                    () -> "at " + Long.toHexString(address));
        }
    }

    @Test
    void shouldRejectBuffersThatItCannotFill() {
        assertThrows(IllegalArgumentException.class,
                () -> OwnMemory.read(0, ByteBuffer.allocate(8)));
        assertThrows(IllegalArgumentException.class,
                () -> OwnMemory.read(0, Native.direct(8).asReadOnlyBuffer()));
    }

    @Test
    void shouldFindTheStructuresOfTheJvm() {
        long symbol = NativeSymbols.lookup("libjvm.so", "gHotSpotVMStructs");
        assertTrue(symbol != 0, "gHotSpotVMStructs is exported");
        ByteBuffer pointer = Native.direct(Long.BYTES);
        assertEquals(Long.BYTES, OwnMemory.read(symbol, pointer));
        ByteBuffer entry = Native.direct(Long.BYTES);
        assertEquals(Long.BYTES, OwnMemory.read(pointer.getLong(0), entry),
                "the table's first entry");
        assertTrue(entry.getLong(0) != 0, "the first type's name");
    }

    @Test
    void shouldFindNothingWhereThereIsNothing() {
        assertEquals(0, NativeSymbols.lookup("libjvm.so", "no_such_symbol"));
        assertEquals(0, NativeSymbols.lookup("libno_such_library.so", "gHotSpotVMStructs"));
        assertThrows(NullPointerException.class, () -> NativeSymbols.lookup("libjvm.so", null));
        assertThrows(NullPointerException.class, () -> NativeSymbols.lookup(null, "malloc"));
    }

    @Test
    void shouldTellTheTimeOfTheSameClockAsTheJvm() {
        long before = System.nanoTime();
        long now = MonotonicClock.nowNs();
        long after = System.nanoTime();
        assertTrue(before <= now && now <= after, before + " <= " + now + " <= " + after);
    }
}
