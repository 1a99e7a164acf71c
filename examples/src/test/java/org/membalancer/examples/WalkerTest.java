// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WalkerTest {
    private static final int BLOCK = HotSetOptions.BLOCK_BYTES;
    private static final long ADDRESS = 0x7f0000000000L + 16;

    private final long[] cells = new long[7 * BLOCK / Long.BYTES];
    private final WorkingSet set = new WorkingSet(cells, ADDRESS, 3 * BLOCK);

    @Test
    void shouldOnlyTouchTheHotPartWhenTheShareIsOne() {
        assertEquals(1_000_003, new Walker(set, 1, 1, 0).walk(1_000_003));
        assertEquals(0, touched(0, set.hotBegin()) + touched(set.hotBegin() + set.hotCount(), cells.length));
        assertEquals(set.hotCount(), touched(set.hotBegin(), set.hotBegin() + set.hotCount()));
    }

    @Test
    void shouldNeverTouchTheHotPartWhenTheShareIsZero() {
        assertEquals(0, new Walker(set, 0, 2, 0).walk(1_000_003));
        assertEquals(0, touched(set.hotBegin(), set.hotBegin() + set.hotCount()));
        assertEquals(cells.length - set.hotCount(), touched(0, cells.length));
    }

    @Test
    void shouldCountTheHotAccessesThatItMakes() {
        int hot = new Walker(set, 0.9, 3, 0).walk(1_000_003);
        assertTrue(Math.abs(hot / 1_000_003.0 - 0.9) < 0.003, "hot accesses of 1000003: " + hot);
    }

    @Test
    void shouldOnlyStorePatterns() {
        long[] filled = WorkingSet.fill(7 * BLOCK);
        WorkingSet filledSet = new WorkingSet(filled, ADDRESS, 3 * BLOCK);
        new Walker(filledSet, 0.5, 4, 0).walk(1_000_003);
        assertEquals(filled.length, filledSet.check());
        filled[12347] ^= 1;
        assertEquals(12347, filledSet.check());
    }

    @Test
    void shouldBeginTheHotPartAtABlock() {
        for (long offset = 0; offset < BLOCK; offset += 4093 * Long.BYTES) {
            WorkingSet smallest = new WorkingSet(new long[2 * BLOCK / Long.BYTES], ADDRESS + offset, BLOCK);
            AddressRange hot = smallest.hot(ADDRESS + offset);
            assertEquals(0, hot.startAddress() % BLOCK, "offset " + offset);
            assertTrue(smallest.working(ADDRESS + offset).contains(hot), "offset " + offset + " hot " + hot);
        }
    }

    /** Cells from one up to another that a store has reached; patterns are never 0 here. */
    private long touched(int from, int to) {
        return IntStream.range(from, to).filter(i -> cells[i] != 0).count();
    }
}
