// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeatSnapshotTest {

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5", "4093, 35", "4093, 1", "997, 62", "1009, 11"})
    void shouldSortByAddressWithEachPagesOwnCounts(int pages, int bits) {
        Random random = new Random(pages + bits);
        HeatSnapshot heat = new HeatSnapshot(pages, 2);
        heat.begin(0, 0, 33);
        SortedMap<Long, Integer> counts = new TreeMap<>();
        for (long key : random.longs(pages).map(key -> key >>> Long.SIZE - bits).toArray()) {
            int count = (int) (key & 0x3ff) + 1;
            heat.add(PageHeat.of(key, count, 7));
            counts.merge(key, count, (a, b) -> Math.min(a + b, 0xffff));
        }
        heat.sortByAddress();
        assertEquals(counts.size(), heat.pageCount(), "pages that were added several times count once");
        int i = 0;
        for (long key : counts.keySet()) {
            assertEquals(key, heat.pageNumber(i), "page " + i);
            assertEquals((float) counts.get(key), heat.accesses(i, 0), "accesses of page " + i++);
        }
    }

    @Test
    void shouldSortAgainAfterARefill() {
        HeatSnapshot heat = new HeatSnapshot(3, 1);
        for (long base = 0; base < 3; base++) {
            heat.begin(0, 12, 33);
            heat.add(PageHeat.of(30 - base, 1));
            heat.add(PageHeat.of(10 + base, 1));
            heat.add(PageHeat.of(20, 1));
            heat.sortByAddress();
            long[] sorted = {heat.pageNumber(0), heat.pageNumber(1), heat.pageNumber(2)};
            assertArrayEquals(new long[] {10 + base, 20, 30 - base}, sorted);
        }
    }

    @Test
    void shouldCountTheLargerOfAccessesAndStallsAsSamples() {
        HeatSnapshot heat = new HeatSnapshot(2, 3);
        heat.begin(5L << 33, 12, 33);
        heat.add(new PageHeat(5, 1, new int[] {8, 2}, new int[] {4, 6, 10}, 0, 0, 0));
        float[] samples = new float[3];
        heat.samples(0, samples);
        assertArrayEquals(new float[] {4, 3, 5}, samples);
    }

    @Test
    void shouldSayOverHowLongCountsWereGathered() {
        HeatSnapshot heat = new HeatSnapshot(1, 1);
        heat.begin((5L << 33) + 11, 12, 33);
        assertEquals((1L << 33) + 11, heat.windowNs());
    }

    @Test
    void shouldRefuseMoreThanFits() {
        HeatSnapshot heat = new HeatSnapshot(1, 2);
        heat.begin(0, 12, 33);
        assertThrows(IllegalArgumentException.class, () -> heat.add(PageHeat.of(5, 1, 2, 3)));
        assertThrows(IllegalArgumentException.class, () -> heat.add(PageHeat.of(5, 65_536)));
        heat.add(PageHeat.of(5, 65_535));
        assertThrows(IllegalStateException.class, () -> heat.add(PageHeat.of(6, 1)));
        heat.begin(0, 12, 33);
        heat.sortByAddress();
        assertThrows(IllegalStateException.class, () -> heat.add(PageHeat.of(6, 1)), "sorted");
    }
}
