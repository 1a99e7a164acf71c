// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AffinityTest {
    private static final int NO_THREAD = Integer.MAX_VALUE - 1;

    private final ByteBuffer atStart = Affinity.newMask();

    @BeforeAll
    static void load() {
        Native.load();
    }

    @BeforeEach
    void remember() {
        assertEquals(0, Affinity.get(0, atStart));
    }

    @AfterEach
    void restore() {
        assertEquals(0, Affinity.set(0, atStart));
    }

    @Test
    void shouldTellTheCpusThatTheJvmSees() {
        int ofJvm = Runtime.getRuntime().availableProcessors(); // fewer under a cgroup quota
        assertTrue(cpus(atStart).cardinality() >= ofJvm, ofJvm + " of " + cpus(atStart));
    }

    @Test
    void shouldPinAndRestoreTheCallingThread() {
        int last = cpus(atStart).length() - 1;
        ByteBuffer pinned = Affinity.newMask();
        pinned.put(last / Byte.SIZE, (byte) (1 << last % Byte.SIZE));

        assertEquals(0, Affinity.set(0, pinned));
        ByteBuffer read = Affinity.newMask();
        assertEquals(0, Affinity.get(0, read));
        assertEquals(1, cpus(read).cardinality(), "CPUs " + cpus(read));
        assertTrue(cpus(read).get(last), "CPU " + last + " of " + cpus(read));

        assertEquals(0, Affinity.set(0, atStart));
        assertEquals(0, Affinity.get(0, read));
        assertEquals(cpus(atStart), cpus(read));
    }

    @Test
    void shouldOverwriteTheWholeMask() {
        ByteBuffer mask = Affinity.newMask();
        for (int i = 0; i < mask.capacity(); i++) {
            mask.put(i, (byte) 0xff);
        }
        mask.position(7); // positions do not matter
        assertEquals(0, Affinity.get(0, mask));
        assertEquals(cpus(atStart), cpus(mask.clear()));
    }

    @Test
    void shouldAnswerErrno() {
        assertEquals(Native.errno("ESRCH"), Affinity.get(NO_THREAD, Affinity.newMask()));
        assertEquals(Native.errno("ESRCH"), Affinity.set(NO_THREAD, atStart));
        assertEquals(Native.errno("EINVAL"), Affinity.set(0, Affinity.newMask()));
    }

    @Test
    void shouldRejectMasksThatAreNoLongs() {
        for (int bytes : new int[] {0, 7, 9}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> Affinity.get(0, Native.direct(bytes)));
            assertTrue(e.getMessage().endsWith("capacity=" + bytes), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class,
                () -> Affinity.get(0, ByteBuffer.allocate(128)));
        assertThrows(IllegalArgumentException.class,
                () -> Affinity.set(0, ByteBuffer.allocate(128)));
        assertThrows(IllegalArgumentException.class,
                () -> Affinity.get(0, Native.direct(128).asReadOnlyBuffer()));
    }

    private static BitSet cpus(ByteBuffer mask) {
        return BitSet.valueOf(mask.asLongBuffer());
    }
}
