// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WalkerTest {
    private static final int BLOCK = HotSetOptions.BLOCK_BYTES;
    private static final long ADDRESS = 0x7f0000000000L + 16;
    private final long[] cells = new long[8 * BLOCK / Long.BYTES];
    private final WorkingSet set = new WorkingSet(cells, ADDRESS, 7 * BLOCK, 3 * BLOCK);
    private final int hotEnd = set.hotBegin() + set.hotCount();

    @Test
    void shouldOnlyTouchTheHotPartWhenTheShareIsOne() {
        Walker walker = walk(set, 1, 1000);
        assertEquals(walker.operations(), walker.hotOperations());
        assertEquals(0, stored(0, set.hotBegin()) + stored(hotEnd, cells.length));
        assertEquals(set.hotCount(), stored(set.hotBegin(), hotEnd), "every cell of the hot part");
    }

    @Test
    void shouldNeverTouchTheHotPartWhenTheShareIsZero() {
        Walker walker = walk(set, 0, 1000);
        assertEquals(0, walker.hotOperations());
        assertEquals(0, stored(0, set.coldBegin()) + stored(set.hotBegin(), cells.length));
        assertEquals(set.coldCount(), stored(set.coldBegin(), set.hotBegin()), "every cell of the cold part");
    }

    @Test
    void shouldCountTheHotAccessesThatItMakes() {
        Walker walker = walk(set, 0.9, 250);
        assertEquals(250 * 4096, walker.operations());
        assertEquals(0.9, walker.hotOperations() / (double) walker.operations(), 0.003);
    }

    @Test
    void shouldReachAllOfBothPartsWithEveryShare() {
        for (double share : new double[] {0.0001, 0.1, 0.9, 0.9999}) {
            Arrays.fill(cells, 0);
            long hot = walk(set, share, 10_000).hotOperations();
            long cold = 10_000 * 4096 - hot;
            long hotCells = stored(set.hotBegin(), hotEnd);
            long coldCells = stored(set.coldBegin(), set.hotBegin());
            // half of the accesses store; few stores seldom meet a cell twice, many leave none out
            assertTrue(hotCells > Math.min(set.hotCount() * 0.99, hot * 0.4), "share " + share + ": " + hotCells);
            assertTrue(coldCells > Math.min(set.coldCount() * 0.99, cold * 0.4), "share " + share + ": " + coldCells);
            assertEquals(hotCells + coldCells, stored(0, cells.length), "share " + share);
        }
    }

    @Test
    void shouldOnlyStorePatternsAndFindDamage() {
        long[] filled = WorkingSet.fill(7 * BLOCK);
        WorkingSet filledSet = new WorkingSet(filled, ADDRESS, 7 * BLOCK, 3 * BLOCK);
        assertFalse(walk(filledSet, 0.5, 100).hasFoundDamage());
        assertEquals(filled.length, filledSet.check());
        filled[12347] ^= 1;
        assertEquals(12347, filledSet.check());
        Arrays.fill(filled, 0);
        assertTrue(walk(filledSet, 0.5, 1).hasFoundDamage());
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

    private static Walker walk(WorkingSet set, double share, int rounds) {
        Walker walker = new Walker(set, share, 1, 0, Optional.empty());
        for (int i = 0; i < rounds; i++) {
            walker.draw();
            walker.access();
        }
        return walker;
    }

    /** Cells from one up to another that a store has reached; patterns are never 0 here. */
    private long stored(int from, int to) {
        return IntStream.range(from, to).filter(i -> cells[i] != 0).count();
    }
}
