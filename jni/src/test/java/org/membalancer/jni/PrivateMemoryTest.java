// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PrivateMemoryTest {
    private static final int BYTES = 2_000_003;

    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void shouldMapMemoryThatIsNotCountedAsADirectBuffer() {
        ByteBuffer into = Native.direct(1);
        long before = directBytes();
        ByteBuffer mapped = PrivateMemory.map(BYTES).orElseThrow();
        assertTrue(directBytes() <= before, before + " before, now " + directBytes());
        assertEquals(ByteOrder.nativeOrder(), mapped.order());
        assertEquals(BYTES, mapped.capacity());
        long address = PrivateMemory.addressOf(mapped);
        assertEquals(0, address % 4096, "the first byte of a page");
        assertEquals(0, mapped.get(BYTES - 1));
        mapped.put(BYTES - 1, (byte) 7);
        assertEquals(1, OwnMemory.read(address + BYTES - 1, into));
        assertEquals(7, into.get(0));
        assertEquals(0, PrivateMemory.unmap(mapped));
        assertEquals(Native.errno("EFAULT"), OwnMemory.read(address, into), "it is gone");
    }

    @Test
    void shouldRefuseToMapNothing() {
        assertThrows(IllegalArgumentException.class, () -> PrivateMemory.map(0));
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow().getTotalCapacity();
    }
}
