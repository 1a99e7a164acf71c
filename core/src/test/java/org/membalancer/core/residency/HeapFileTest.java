// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.balance.MovableMemory;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.AddressRange;

class HeapFileTest {
    private static final String NAME = "rw-s 00e00000 00:01 1019 /memfd:java_heap (deleted)\n";
    /* As a JDK 17 has them, in pieces where the file's pages do not follow each other. */
    private static final String VIEWS = "40000000000-40000200000 " + NAME + "40000200000-40000600000 " + NAME
            + "80000000000-80000200000 " + NAME + "80000200000-80000600000 " + NAME
            + "100000000000-100000200000 " + NAME + "100000200000-100000600000 " + NAME;
    private static final String OTHERS = "7f0000000000-7f0000010000 rw-p 00000000 00:00 0\n"
            + "7f0000020000-7f0000030000 rw-s 00000000 00:01 77 /memfd:other (deleted)\n";

    private static List<MemoryRegion> mappings(String maps) throws IOException {
        return MemoryMap.parse(new StringReader(maps));
    }

    @Test
    void shouldFindTheThreeViewsOfAHeap() throws IOException {
        MemoryViews views = HeapFile.views(mappings(VIEWS + OTHERS));
        assertEquals(3, views.count());
        for (long start : new long[] {0x40000000000L, 0x80000000000L, 0x100000000000L}) {
            assertEquals(0x100000345000L, views.folded(start + 0x345000));
        }
        assertEquals(0x7f0000000000L, views.folded(0x7f0000000000L));
    }

    /** One view as with generations, two, three that do not neighbour, one that reaches into another, none. */
    @ParameterizedTest
    @ValueSource(strings = {"40000000000-40000200000 " + NAME,
        "40000000000-40000200000 " + NAME + "80000000000-80000200000 " + NAME,
        "20000000000-20000200000 " + NAME + "80000000000-80000200000 " + NAME + "100000000000-100000200000 " + NAME,
        "40000000000-90000000000 " + NAME + "80000000000-80000200000 " + NAME + "100000000000-100000200000 " + NAME,
        OTHERS, ""})
    void shouldFindNoneElsewhere(String maps) throws IOException {
        assertEquals(0, HeapFile.views(mappings(maps)).count(), maps);
    }

    @Test
    void shouldCountSuchAHeapOnceAmongWhatMayMove() throws IOException {
        List<MemoryRegion> mappings = mappings(VIEWS + OTHERS);
        MovableMemory memory = MovableMemory.of(
                mappings.stream().map(region -> new MappedRegion(region, Set.of("rd", "wr"))).toList(), Set.of());
        List<AddressRange> ranges = memory.through(HeapFile.views(mappings)).ranges();
        assertEquals(List.of(0x100000000000L, 0x100000200000L, 0x7f0000000000L, 0x7f0000020000L),
                ranges.stream().map(AddressRange::startAddress).collect(Collectors.toList()));
        assertTrue(memory.through(MemoryViews.none()).equals(memory), memory.toString());
    }
}
