// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs on any machine: node 0 is where memory is moved to, and on one node where it lies already.
 */
class PageMovesTest {
    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = 17;
    private static final int NO_STATUS = 54321;
    private static final int NO_PROCESS = Integer.MAX_VALUE - 1;

    private final ByteBuffer memory = Native.direct((PAGES + 1) * PAGE_BYTES);
    private final LongBuffer addresses = Native.direct(PAGES * Long.BYTES).asLongBuffer();
    private final IntBuffer nodeIds = Native.direct(PAGES * Integer.BYTES).asIntBuffer();
    private final IntBuffer statuses = Native.direct(PAGES * Integer.BYTES).asIntBuffer();

    @BeforeAll
    static void load() {
        Native.load();
    }

    PageMovesTest() {
        long first = -(-BufferAddress.of(memory) / PAGE_BYTES * PAGE_BYTES - PAGE_BYTES)
                / PAGE_BYTES * PAGE_BYTES;
        for (int i = 0; i < PAGES; i++) {
            addresses.put(i, first + (long) i * PAGE_BYTES);
            statuses.put(i, NO_STATUS);
            memory.put((int) (addresses.get(i) - BufferAddress.of(memory)), (byte) 1); // present
        }
    }

    @Test
    void shouldTellTheNodeOfEveryPage() {
        assertEquals(0, PageMoves.probe());
        assertEquals(0, PageMoves.move(0, PAGES, addresses, null, statuses));
        for (int i = 0; i < PAGES; i++) {
            int status = statuses.get(i);
            assertTrue(status >= 0 && status < 1024, "page " + i + ": status " + status);
        }
    }

    @Test
    void shouldMoveOwnPages() {
        int pid = (int) ProcessHandle.current().pid();
        assertEquals(0, PageMoves.move(pid, PAGES, addresses, nodeIds, statuses));
        assertEquals(0, PageMoves.move(0, PAGES, addresses, null, statuses));
        for (int i = 0; i < PAGES; i++) {
            assertEquals(0, statuses.get(i), "page " + i);
        }
    }

    @Test
    void shouldLeaveTheRestAloneBeyondTheCount() {
        assertEquals(0, PageMoves.move(0, PAGES - 1, addresses, null, statuses));
        assertTrue(statuses.get(PAGES - 2) >= 0, "status " + statuses.get(PAGES - 2));
        assertEquals(NO_STATUS, statuses.get(PAGES - 1));
    }

    @Test
    void shouldReadFromIndexZeroWhateverThePosition() {
        addresses.position(5).limit(7);
        statuses.position(3);
        assertEquals(0, PageMoves.move(0, PAGES, addresses, null, statuses));
        assertTrue(statuses.get(0) != NO_STATUS, "status " + statuses.get(0));
        assertTrue(statuses.get(PAGES - 1) != NO_STATUS, "status " + statuses.get(PAGES - 1));
    }

    @Test
    void shouldTellPagesThatAreNotThere() {
        addresses.put(1, 0);
        assertEquals(0, PageMoves.move(0, 2, addresses, null, statuses));
        assertTrue(statuses.get(0) >= 0, "status " + statuses.get(0));
        assertEquals(Native.errno("EFAULT"), statuses.get(1));
    }

    @Test
    void shouldAnswerErrnoForTheWholeBatch() {
        nodeIds.put(2, 1000);
        assertEquals(Native.errno("ENODEV"),
                PageMoves.move(0, PAGES, addresses, nodeIds, statuses));
        assertEquals(Native.errno("ESRCH"),
                PageMoves.move(NO_PROCESS, PAGES, addresses, null, statuses));
    }

    @Test
    void shouldRejectCountsBeyondAnyBuffer() {
        assertRejected("count must be 1..17, the capacity of pageAddresses: count=0", 0, nodeIds);
        assertRejected("count must be 1..17, the capacity of pageAddresses: count=-1", -1, nodeIds);
        assertRejected("count must be 1..17, the capacity of pageAddresses: count=18", 18, nodeIds);
        IntBuffer few = Native.direct(4 * Integer.BYTES).asIntBuffer();
        assertRejected("count must be 1..4, the capacity of targetNodeIds: count=5", 5, few);
    }

    @Test
    void shouldRejectBuffersThatTheKernelCannotRead() {
        assertRejected("buffer must be direct", 1, IntBuffer.allocate(1));
        IntBuffer swapped = ByteBuffer.allocateDirect(4).order(otherOrder()).asIntBuffer();
        assertRejected("targetNodeIds must be in native byte order", 1, swapped);
        IllegalArgumentException readOnly = assertThrows(IllegalArgumentException.class,
                () -> PageMoves.move(0, 1, addresses, null, statuses.asReadOnlyBuffer()));
        assertTrue(readOnly.getMessage().contains("writable"), readOnly.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> PageMoves.move(0, 1, LongBuffer.allocate(1), null, statuses));
        assertThrows(IllegalArgumentException.class,
                () -> PageMoves.move(0, 1, addresses, null, IntBuffer.allocate(1)));
        assertEquals(NO_STATUS, statuses.get(0));
    }

    private void assertRejected(String message, int count, IntBuffer targetNodeIds) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> PageMoves.move(0, count, addresses, targetNodeIds, statuses));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    private static ByteOrder otherOrder() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? ByteOrder.BIG_ENDIAN
                : ByteOrder.LITTLE_ENDIAN;
    }
}
