// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoldedHeatTest {
    private static final long BYTES = 1L << 42;
    private static final long REMAPPED = 4 * BYTES;
    private static final long MARKED0 = BYTES;
    private static final long MARKED1 = 2 * BYTES;
    private static final long ELSEWHERE = 0x7f00_0000_0000L;
    private static final MemoryViews VIEWS = MemoryViews.of(List.of(REMAPPED, MARKED0, MARKED1), BYTES);
    private static final int SLOTS = 64;
    private static final int NOW_EPOCH = 11;
    private static final long NOW_NS = (long) NOW_EPOCH << TableFixture.EPOCH_SHIFT;


    private static long key(long address) {
        return address >>> TableFixture.PAGE_SHIFT;
    }

    private HeatSnapshot snapshot(TableFixture table, int nodeCount, MemoryViews views) {
        HeatSnapshot into = new HeatSnapshot(SLOTS, nodeCount);
        FoldedHeat.copy(table.open(), NOW_NS, views, into);
        return into;
    }

    /** Counts of a node are 3 accesses and 0 stalls, by the nodes given. */
    private static int[] counts(int nodeCount, int access, int stall, int... nodeIds) {
        int[] counts = new int[2 * nodeCount];
        for (int nodeId : nodeIds) {
            counts[nodeId] = access;
            counts[nodeCount + nodeId] = stall;
        }
        return counts;
    }

    /** Rows of one node are copied whole, those of nine with only the words that have counts. */
    @ParameterizedTest
    @ValueSource(ints = {2, 9})
    void shouldSumUpWhatAPageWasUsedThroughEachView(int nodes) {
        int last = nodes - 1;
        TableFixture table = TableFixture.of(SLOTS, nodes)
                .slot(3, key(MARKED1 + 0x5000), NOW_EPOCH, counts(nodes, 7, 1, 0))
                .slot(5, key(ELSEWHERE), NOW_EPOCH, counts(nodes, 13, 0, 0))
                .slot(7, key(REMAPPED + 0x5000), NOW_EPOCH, counts(nodes, 11, 2, last))
                .slot(11, key(MARKED0 + 0x3000), NOW_EPOCH, counts(nodes, 17, 0, last))
                .slot(13, key(MARKED0 + 0x5000), NOW_EPOCH, counts(nodes, 5, 3, 0, last));
        HeatSnapshot heat = snapshot(table, nodes, VIEWS);
        assertEquals(3, heat.pageCount());
        assertTrue(heat.isSortedByAddress());
        assertEquals(List.of(REMAPPED + 0x3000, REMAPPED + 0x5000, ELSEWHERE),
                List.of(heat.pageAddress(0), heat.pageAddress(1), heat.pageAddress(2)));
        assertEquals(List.of(12f, 16f), List.of(heat.accesses(1, 0), heat.accesses(1, last)));
        assertEquals(List.of(4f, 5f), List.of(heat.stalls(1, 0), heat.stalls(1, last)));
        assertEquals(17f, heat.accesses(0, last));
        assertEquals(13f, heat.accesses(2));
        assertEquals(28f + 17 + 13, heat.totalAccesses());
    }

    @ParameterizedTest
    @CsvSource({"11, 11, 60", "10, 11, 50", "11, 10, 40", "9, 11, 45", "10, 10, 30", "1, 11, 40"})
    void shouldLetCountsOfEachViewDecayByThemselves(int firstEpoch, int secondEpoch, float accesses) {
        TableFixture table = TableFixture.of(SLOTS, 2)
                .slot(1, key(REMAPPED), firstEpoch, 20, 0, 0, 0)
                .slot(2, key(MARKED0), secondEpoch, 40, 0, 0, 0);
        HeatSnapshot heat = snapshot(table, 2, VIEWS);
        assertEquals(1, heat.pageCount());
        assertEquals(accesses, heat.accesses(0, 0));
    }

    @Test
    void shouldKeepCountsFromRunningOver() {
        TableFixture table = TableFixture.of(SLOTS, 2)
                .slot(1, key(REMAPPED), NOW_EPOCH, 65_000, 1, 2, 3)
                .slot(2, key(MARKED0), NOW_EPOCH, 65_000, 1, 2, 3);
        HeatSnapshot heat = snapshot(table, 2, VIEWS);
        assertEquals(List.of(65_535f, 2f, 4f, 6f),
                List.of(heat.accesses(0, 0), heat.accesses(0, 1), heat.stalls(0, 0), heat.stalls(0, 1)));
    }

    @Test
    void shouldLeaveEachPageAloneWhereThereAreNoViews() {
        TableFixture table = TableFixture.of(SLOTS, 2)
                .slot(1, key(REMAPPED), NOW_EPOCH, 5, 0, 0, 0)
                .slot(2, key(MARKED0), NOW_EPOCH, 7, 0, 0, 0);
        assertEquals(2, snapshot(table, 2, MemoryViews.none()).pageCount());
    }

    @Test
    void shouldKnowAPageInEachView() {
        assertEquals(REMAPPED + 5, VIEWS.folded(MARKED1 + 5));
        assertEquals(REMAPPED + BYTES - 1, VIEWS.folded(MARKED0 + BYTES - 1));
        assertEquals(3 * BYTES, VIEWS.folded(3 * BYTES), "between two views");
        assertEquals(MARKED1 + 5, VIEWS.inView(REMAPPED + 5, 2));
        assertTrue(VIEWS.isFolded(REMAPPED) && !VIEWS.isFolded(MARKED0) && !VIEWS.isFolded(REMAPPED + BYTES));
        assertFalse(MemoryViews.none().isFolded(0));
        assertEquals(-1, VIEWS.folded(-1), "the top of the address space is in none");
    }

    @Test
    void shouldRefuseViewsThatReachIntoEachOther() {
        assertThrows(IllegalArgumentException.class, () -> MemoryViews.of(List.of(BYTES, BYTES + 1), BYTES));
        assertThrows(IllegalArgumentException.class, () -> MemoryViews.of(List.of(BYTES), BYTES));
        assertThrows(IllegalArgumentException.class, () -> MemoryViews.of(List.of(0L, BYTES), 0));
    }
}
