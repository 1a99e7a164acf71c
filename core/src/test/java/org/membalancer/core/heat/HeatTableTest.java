// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeatTableTest {
    private static final long EPOCH_NS = 1L << TableFixture.EPOCH_SHIFT;
    private static final int NOW_EPOCH = 1009;
    private static final long NOW_NS = NOW_EPOCH * EPOCH_NS + 12_345;

    @Test
    void shouldReadHeaderAndCounters() {
        HeatTable table = TableFixture.of(2048, 3).counters(70, 7, 3).open();
        assertEquals(2048, table.slotCount());
        assertEquals(3, table.nodeCount());
        assertEquals(12, table.pageShift());
        assertEquals(33, table.epochShift());
        assertEquals(99, table.groupId());
        assertEquals(4711, table.tgid());
        assertEquals(70, table.recorded());
        assertEquals(7, table.replaced());
        assertEquals(3, table.dropped());
    }

    @Test
    void shouldCopyOneProcessOfSeveral() {
        long tag = 3L << 14 | 7;
        HeatTable table = TableFixture.of(8, 2)
                .slot(1, 0x7f001, NOW_EPOCH, 1)
                .slot(2, tag << 44 | 0x7f001, NOW_EPOCH, 2)
                .slot(3, tag + 1 << 44 | 0x7f001, NOW_EPOCH, 4)
                .open();
        HeatSnapshot heat = new HeatSnapshot(8, 2);
        assertEquals(1, table.copyTo(heat, NOW_NS));
        assertEquals(1f, heat.accesses(0));
        assertEquals(1, table.copyTo(heat, NOW_NS, (int) tag));
        assertEquals(0x7f001, heat.pageNumber(0));
        assertEquals(2f, heat.accesses(0));
    }

    @Test
    void shouldTakeStallsForSamplesUnlessTheSourceKnowsLatency() {
        TableFixture fixture = TableFixture.of(4, 2).slot(1, 0x7f001, NOW_EPOCH - 1, 4, 0, 10, 6);
        float[] samples = new float[2];
        HeatSnapshot heat = new HeatSnapshot(4, 2);
        fixture.open().copyTo(heat, NOW_NS);
        heat.samples(0, samples);
        assertEquals(HeatWeight.COUNTS, heat.weight());
        assertArrayEquals(new float[] {5, 3}, samples);
        assertEquals(0, heat.waitCycles(0));
        HeatTable ibs = fixture.put("source", 4).open();
        ibs.copyTo(heat, NOW_NS);
        heat.samples(0, samples);
        assertEquals(4, ibs.source());
        assertEquals(HeatWeight.MISS_LATENCY, heat.weight());
        assertArrayEquals(new float[] {2, 0}, samples);
        assertEquals(8 * 256, heat.waitCycles(0));
    }

    @Test
    void shouldCopyEveryPageWithCountsByNode() {
        HeatTable table = TableFixture.of(8, 3)
                .slot(1, 0x7f001, NOW_EPOCH, 5, 0, 65_535, 1, 2, 3).marks(1, 300, 11, 22)
                .slot(6, 0x7f000, NOW_EPOCH, 0, 7)
                .open();
        HeatSnapshot heat = new HeatSnapshot(8, 3);
        assertEquals(2, table.copyTo(heat, NOW_NS));
        assertEquals(2, heat.pageCount());
        assertEquals(NOW_NS, heat.takenAtNs());
        assertEquals(0x7f001, heat.pageNumber(0));
        assertEquals(0x7f001L << 12, heat.pageAddress(0));
        assertEquals(65_540f, heat.accesses(0));
        assertEquals(5f, heat.accesses(0, 0));
        assertEquals(0f, heat.accesses(0, 1));
        assertEquals(65_535f, heat.accesses(0, 2));
        assertEquals(6f, heat.stalls(0));
        assertEquals(2f, heat.stalls(0, 1));
        assertEquals(3f, heat.stalls(0, 2));
        assertEquals(300, heat.latencyCycles(0));
        assertEquals(11f / 65_540, heat.storeShare(0));
        assertEquals(22f / 65_540, heat.codeShare(0));
        assertEquals(7f, heat.accesses(1));
        assertEquals(65_547.0, heat.totalAccesses());
        assertEquals(0, heat.skippedSlots());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 12, 13, 28, 29, 56})
    void shouldKeepNodesApartWhateverTheirNumber(int nodeCount) {
        int[] counts = new Random(nodeCount).ints(2L * nodeCount, 0, 65_536).toArray();
        HeatTable table = TableFixture.of(4, nodeCount).slot(2, 77, NOW_EPOCH, counts).open();
        HeatSnapshot heat = new HeatSnapshot(4, nodeCount);
        table.copyTo(heat, NOW_NS);
        long accesses = 0;
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            assertEquals(counts[nodeId], heat.accesses(0, nodeId), "accesses from node " + nodeId);
            assertEquals(counts[nodeCount + nodeId], heat.stalls(0, nodeId), "stalls in node " + nodeId);
            accesses += counts[nodeId];
        }
        assertEquals(accesses, heat.accesses(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 8, 29, 56})
    void shouldKeepPagesApartWhereMostNodesHaveNoCounts(int nodeCount) {
        int slots = 50;
        Random random = new Random(nodeCount);
        TableFixture fixture = TableFixture.of(slots, nodeCount);
        int[][] counts = new int[slots][2 * nodeCount];
        for (int slot = 0; slot < slots; slot++) {
            counts[slot][random.nextInt(nodeCount)] = 1 + random.nextInt(65_535);
            counts[slot][random.nextInt(2 * nodeCount)] = 1 + random.nextInt(65_535);
            fixture = fixture.slot(slot, 1000 + slot, NOW_EPOCH, counts[slot]);
        }
        HeatSnapshot heat = new HeatSnapshot(slots, nodeCount);
        assertEquals(slots, fixture.open().copyTo(heat, NOW_NS));
        heat.sortByAddress();
        for (int slot = 0; slot < slots; slot++) {
            for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
                assertEquals(counts[slot][nodeId], heat.accesses(slot, nodeId), "accesses " + slot + " " + nodeId);
                assertEquals(counts[slot][nodeCount + nodeId], heat.stalls(slot, nodeId), "stalls " + slot + " " + nodeId);
            }
        }
    }

    /** The second slot of a page is the other half of its window's: 7 slots away at most. */
    @ParameterizedTest
    @CsvSource({"2, 0, 0", "2, 3, 0", "2, 0, 3", "9, 0, 0", "9, 2, 0", "9, 0, 2", "28, 1, 0", "2, 6, 0", "9, 0, 6"})
    void shouldCountAPageOnceThatHasTwoSlots(int nodes, int firstAge, int secondAge) {
        int last = nodes - 1;
        TableFixture table = TableFixture.of(16, nodes)
                .slot(2, 0x7f003, NOW_EPOCH, byNode(nodes, 0, 7, 5))
                .slot(3, 0x7f001, NOW_EPOCH - firstAge, byNode(nodes, 0, 64, 32)).marks(3, 300, 8, 16)
                .slot(4, 0x7f002, NOW_EPOCH, byNode(nodes, last, 11, 3))
                .slot(10, 0x7f001, NOW_EPOCH - secondAge, byNode(nodes, last, 128, 0)).marks(10, 0, 24, 16)
                .slot(11, 0x7f004, NOW_EPOCH, byNode(nodes, last, 13, 1));
        HeatSnapshot heat = new HeatSnapshot(16, nodes);
        table.open().copyTo(heat, NOW_NS);
        heat.sortByAddress();
        assertEquals(4, heat.pageCount());
        float first = whole(64, firstAge) + (last == 0 ? whole(128, secondAge) : 0);
        assertEquals(first, heat.accesses(0, 0));
        assertEquals(whole(128, secondAge), heat.accesses(0, last));
        assertEquals(whole(32, firstAge), heat.stalls(0, 0));
        assertEquals(0, heat.stalls(0, last));
        assertEquals(300, heat.latencyCycles(0));
        assertEquals(0, heat.ageEpochs(0));
        assertEquals((whole(8, firstAge) + whole(24, secondAge)) / heat.accesses(0), heat.storeShare(0));
        assertEquals(List.of(11f, 7f, 13f), List.of(heat.accesses(1, last), heat.accesses(2, 0), heat.accesses(3, last)));
        assertEquals(List.of(3f, 5f, 1f), List.of(heat.stalls(1, last), heat.stalls(2, 0), heat.stalls(3, last)));
        assertEquals(first + whole(128, secondAge) + 31, heat.totalAccesses());
    }

    @Test
    void shouldCountAPageOnceInAFullTableOfWideRows() {
        int nodes = 124;
        TableFixture table = TableFixture.of(8, nodes);
        for (int slot = 0; slot < 8; slot++) {
            int[] counts = new int[2 * nodes];
            Arrays.fill(counts, 3);
            Arrays.fill(counts, 8 + slot, 12 + slot, 0); // a word of most rows has no counts
            table.slot(slot, 100 + slot % 4, NOW_EPOCH, counts);
        }
        HeatSnapshot heat = new HeatSnapshot(8, nodes);
        for (int times = 0; times < 2; times++) {
            table.open().copyTo(heat, NOW_NS);
            heat.sortByAddress();
            assertEquals(4, heat.pageCount());
            for (int i = 0; i < 4; i++) {
                assertEquals(6f * nodes - 24, heat.accesses(i));
                assertEquals(List.of(6f, 3f, 6f), List.of(heat.accesses(i, 7), heat.accesses(i, 8 + i), heat.stalls(i, 0)));
            }
        }
    }

    private static int[] byNode(int nodes, int nodeId, int accesses, int stalls) {
        int[] counts = new int[2 * nodes];
        counts[nodeId] = accesses;
        counts[nodes + nodeId] = stalls;
        return counts;
    }

    private static float whole(int count, int age) {
        return count >> age;
    }

    @ParameterizedTest
    @CsvSource({"0, 96", "1, 48", "5, 3", "6, 1.5", "12, 0.0234375", "-1, 96", "-1000, 96"})
    void shouldHalveOncePerEpoch(int age, float expected) {
        HeatTable table = TableFixture.of(4, 2).slot(0, 77, NOW_EPOCH - age, 96, 0, 32).open();
        HeatSnapshot heat = new HeatSnapshot(4, 2);
        table.copyTo(heat, NOW_NS);
        assertEquals(expected, heat.accesses(0));
        assertEquals(expected, heat.accesses(0, 0));
        assertEquals(expected / 3, heat.stalls(0));
    }

    @Test
    void shouldLeaveOutWhatHasDecayedBelowTheLeastWeight() {
        HeatTable table = TableFixture.of(8, 2)
                .slot(0, 70, NOW_EPOCH - 6, 1)
                .slot(1, 71, NOW_EPOCH - 7, 1)
                .slot(2, 72, NOW_EPOCH - 7, 1, 0, 1)
                .slot(3, 73, NOW_EPOCH - 500, 65_535)
                .slot(4, 74, NOW_EPOCH)
                .open();
        HeatSnapshot heat = new HeatSnapshot(8, 2);
        assertEquals(2, table.copyTo(heat, NOW_NS), "one sample six epochs ago weighs 1/64");
        assertEquals(70, heat.pageNumber(0));
        assertEquals(72, heat.pageNumber(1), "accesses and stalls together weigh 1/64");
    }

    @Test
    void shouldSurviveTheEpochsWrapAround() {
        HeatTable table = TableFixture.of(4, 2).put("epoch_shift", 20).slot(0, 77, -1, 96).open();
        HeatSnapshot heat = new HeatSnapshot(4, 2);
        table.copyTo(heat, (1L << 52) + 5);
        assertEquals(48f, heat.accesses(0));
    }

    @Test
    void shouldSkipAndCountBusySlots() {
        HeatTable table = TableFixture.of(4, 2).slot(0, 1, NOW_EPOCH, 9).slot(3, 77, NOW_EPOCH, 5).open();
        HeatSnapshot heat = new HeatSnapshot(4, 2);
        assertEquals(1, table.copyTo(heat, NOW_NS));
        assertEquals(1, heat.skippedSlots());
        assertEquals(5.0, heat.totalAccesses());
    }

    @Test
    void shouldForgetTheLastCopy() {
        TableFixture fixture = TableFixture.of(4, 2).slot(0, 1, NOW_EPOCH).slot(1, 77, NOW_EPOCH, 5);
        HeatTable table = fixture.open();
        HeatSnapshot heat = new HeatSnapshot(4, 2);
        table.copyTo(heat, NOW_NS);
        heat.sortByAddress();
        fixture.slot(0, 80, NOW_EPOCH, 0, 3).slot(1, 0, 0);
        assertEquals(1, table.copyTo(heat, NOW_NS));
        assertEquals(0, heat.skippedSlots());
        assertEquals(3.0, heat.totalAccesses());
        assertEquals(80, heat.pageNumber(0));
        assertTrue(!heat.isSortedByAddress(), "a new copy is in no order");
    }

    @Test
    void shouldNeverMixTwoPagesOfOneSlot() throws InterruptedException {
        TableFixture fixture = TableFixture.of(2, 2);
        HeatTable table = fixture.open();
        HeatSnapshot heat = new HeatSnapshot(2, 2);
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int key = 2; !isDone.get(); key = key == 30_000 ? 2 : key + 1) {
                fixture.rekey(0, key, key, key, key, key);
            }
        });
        writer.start();
        try {
            for (int pages = 0; pages < 20_000;) {
                pages += table.copyTo(heat, 0);
                for (int i = 0; i < heat.pageCount(); i++) {
                    assertEquals(2f * heat.pageNumber(i), heat.accesses(i), "accesses of page " + heat.pageNumber(i));
                    assertEquals(2f * heat.pageNumber(i), heat.stalls(i), "stalls of page " + heat.pageNumber(i));
                }
            }
        } finally {
            isDone.set(true);
            writer.join();
        }
    }

    @Test
    void shouldCopyAndSortWithoutAllocation() {
        TableFixture fixture = TableFixture.of(4096, 3);
        Random random = new Random(1);
        for (int slot = 0; slot < 4096; slot += 2) {
            fixture.slot(slot, 2L + random.nextInt(1 << 30), NOW_EPOCH, 1 + random.nextInt(500), 2, 3, 4, 5, 6);
        }
        HeatTable table = fixture.open();
        HeatSnapshot heat = new HeatSnapshot(4096, 3);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long allocatedBytes = Long.MAX_VALUE;
        for (int warmUp = 0; warmUp < 3000 && allocatedBytes > 0; warmUp++) {
            long before = threads.getThreadAllocatedBytes(self);
            table.copyTo(heat, NOW_NS);
            heat.sortByAddress();
            allocatedBytes = threads.getThreadAllocatedBytes(self) - before;
        }
        assertEquals(2048, heat.pageCount());
        assertEquals(0, allocatedBytes, "bytes allocated by a copy and a sort");
    }

    @ParameterizedTest
    @CsvSource({
        "abi_version, 2, abiVersion must be 1: abiVersion=2",
        "kind, 2, kind must be 1: kind=2",
        "header_bytes, 128, headerBytes must be 256: headerBytes=128",
        "slot_count, 0, 'slotCount must be 1 or more: slotCount=0'",
        "slot_count, -5, 'slotCount must be 1 or more: slotCount=-5'",
        "slot_count, 17, the mapping must hold 17 slots of 32 bytes: bytes=768",
        "slot_bytes, 12, 'slotBytes must be a multiple of 8, 16 or more: slotBytes=12'",
        "node_count, 0, nodeCount must be 1..32: nodeCount=0",
        "node_count, 5, counts2Offset must be even and leave 10 bytes before it and in the slot: counts2Offset=24",
        "counts_offset, 17, 'countsOffset must be even, 0 or more: countsOffset=17'",
        "page_shift, 63, pageShift must be 0..62: pageShift=63",
        "epoch_shift, -1, epochShift must be 0..62: epochShift=-1",
    })
    void shouldRefuseAHeaderThatItCannotRead(String field, int value, String message) {
        TableFixture fixture = TableFixture.of(16, 4).put(field, value);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, fixture::open);
        assertEquals(message, e.getMessage());
    }

    @Test
    void shouldRefuseWhatIsNoTable() {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(4096);
        IllegalArgumentException noMagic = assertThrows(IllegalArgumentException.class,
                () -> HeatTable.over(zeroes, TableFixture.layout()));
        assertEquals("not a table: magic must be 0x31454c4241544c4d: magic=0x0", noMagic.getMessage());
        IllegalArgumentException tooShort = assertThrows(IllegalArgumentException.class,
                () -> HeatTable.over(ByteBuffer.allocateDirect(100), TableFixture.layout()));
        assertEquals("the mapping must hold a header of 256 bytes: bytes=100", tooShort.getMessage());
    }

    @Test
    void shouldRefuseASnapshotThatIsTooSmall() {
        HeatTable table = TableFixture.of(16, 4).open();
        assertThrows(IllegalArgumentException.class, () -> table.copyTo(new HeatSnapshot(15, 4), 0));
        assertThrows(IllegalArgumentException.class, () -> table.copyTo(new HeatSnapshot(16, 3), 0));
    }
}
