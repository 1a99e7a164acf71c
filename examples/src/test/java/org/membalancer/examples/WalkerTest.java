// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WalkerTest {
    private static final int BLOCK = HotSetOptions.BLOCK_BYTES;
    private static final long ADDRESS = 0x7f0000000000L + 16;
    private static final int ACCESSES = 1_000_006;

    private final long[] cells = new long[8 * BLOCK / Long.BYTES];
    private final WorkingSet set = new WorkingSet(cells, ADDRESS, 7 * BLOCK, 3 * BLOCK);
    private final int hotEnd = set.hotBegin() + set.hotCount();

    @Test
    void shouldOnlyTouchTheHotPartWhenTheShareIsOne() {
        assertEquals(ACCESSES, new Walker(set, 1, 1, 0).walk(ACCESSES));
        assertEquals(0, stored(0, set.hotBegin()) + stored(hotEnd, cells.length));
        assertEquals(set.hotCount(), stored(set.hotBegin(), hotEnd));
    }

    @Test
    void shouldNeverTouchTheHotPartWhenTheShareIsZero() {
        assertEquals(0, new Walker(set, 0, 2, 0).walk(ACCESSES));
        assertEquals(0, stored(0, set.coldBegin()) + stored(set.hotBegin(), cells.length));
        assertEquals(set.coldCount(), stored(set.coldBegin(), set.hotBegin()));
    }

    @Test
    void shouldCountTheHotAccessesThatItMakes() {
        int hot = new Walker(set, 0.9, 3, 0).walk(ACCESSES);
        assertEquals(0.9, hot / (double) ACCESSES, 0.003, "hot accesses: " + hot);
    }

    @Test
    void shouldReachTheLastCellsOfBothPartsWithEveryShare() {
        for (double share : new double[] {0.0001, 0.1, 0.9, 0.9999}) {
            Arrays.fill(cells, 0);
            int hot = new Walker(set, share, 5, 0).walk(100 * ACCESSES);
            long hotCells = stored(set.hotBegin(), hotEnd);
            long coldCells = stored(set.coldBegin(), set.hotBegin());
            assertTrue(hotCells > Math.min(set.hotCount() * 0.99, hot * 0.4), "share " + share + ": " + hotCells);
            assertTrue(coldCells > Math.min(set.coldCount() * 0.99, (100 * ACCESSES - hot) * 0.4),
                    "share " + share + ": " + coldCells);
            assertEquals(hotCells + coldCells, stored(0, cells.length), "share " + share);
        }
    }

    @Test
    void shouldOnlyStorePatterns() {
        long[] filled = WorkingSet.fill(7 * BLOCK);
        WorkingSet filledSet = new WorkingSet(filled, ADDRESS, 7 * BLOCK, 3 * BLOCK);
        new Walker(filledSet, 0.5, 4, 0).walk(ACCESSES);
        assertEquals(filled.length, filledSet.check());
        filled[12347] ^= 1;
        assertEquals(12347, filledSet.check());
    }

    @Test
    void shouldBeginAndEndAtBlocksInsideTheArray() {
        for (long offset = 0; offset < BLOCK; offset += 13L * Long.BYTES) {
            long[] array = WorkingSet.fill(2 * BLOCK);
            WorkingSet smallest = new WorkingSet(array, ADDRESS + offset, 2 * BLOCK, BLOCK);
            AddressRange working = smallest.working(ADDRESS + offset);
            AddressRange hot = smallest.hot(ADDRESS + offset);
            assertEquals(0, working.startAddress() % BLOCK, "offset " + offset);
            assertEquals(2 * BLOCK, working.bytes());
            assertEquals(new AddressRange(working.startAddress() + BLOCK, working.endAddress()), hot);
            assertTrue(new AddressRange(ADDRESS + offset, ADDRESS + offset + (long) array.length * Long.BYTES)
                    .contains(working), "offset " + offset + " working " + working);
        }
    }

    /** Cells from one up to another that a store has reached; patterns are never 0 here. */
    private long stored(int from, int to) {
        return IntStream.range(from, to).filter(i -> cells[i] != 0).count();
    }
}
