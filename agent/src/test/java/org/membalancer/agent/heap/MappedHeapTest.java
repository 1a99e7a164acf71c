// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MemoryMap;

final class MappedHeapTest {
    private static final AddressRange HEAP = new AddressRange(0xf0000000L, 0x100000000L, "G1 heap");

    private static List<AddressRange> ranges(String maps) throws IOException {
        return MappedHeap.of(HEAP, MemoryMap.parse(new StringReader(maps)));
    }

    @Test
    void shouldKeepOnlyWritableMappingsOfTheHeapsOwn() throws IOException {
        assertEquals(List.of(
                new AddressRange(0xf0000000L, 0xf1000000L, "G1 heap"),
                new AddressRange(0xf3000000L, 0xf4000000L, "G1 heap")), ranges("""
                10000000-20000000 rw-p 00000000 00:00 0 [heap]
                f0000000-f1000000 rw-p 00000000 00:00 0
                f1000000-f2000000 ---p 00000000 00:00 0
                f2000000-f3000000 rw-s 00000000 00:01 77 /memfd:other (deleted)
                f3000000-f4000000 rw-p 00000000 00:00 0
                f4000000-f5000000 r--p 00000000 00:00 0
                7f0000000000-7f0000100000 rw-p 00000000 00:00 0
                """));
    }

    @Test
    void shouldTakeOnlyTheMemoryFileOfAHeapThatIsShared() throws IOException {
        assertEquals(List.of(new AddressRange(0xf2000000L, 0xf4000000L, "G1 heap")), ranges("""
                f0000000-f1000000 rw-s 00000000 00:01 76 /memfd:java_heap.hugetlb (deleted)
                f1000000-f2000000 rw-s 00000000 fd:00 42 /mnt/pmem/java_heap.x
                f2000000-f3000000 rw-s 00400000 00:01 77 /memfd:java_heap (deleted)
                f3000000-f4000000 rw-s 00000000 00:01 77 /memfd:java_heap (deleted)
                """));
    }

    @Test
    void shouldJoinNeighboursAndCutAtTheHeapsEnds() throws IOException {
        assertEquals(List.of(new AddressRange(0xf0000000L, 0xf3000000L, "G1 heap"),
                new AddressRange(0xff000000L, 0x100000000L, "G1 heap")), ranges("""
                e0000000-f1000000 rw-p 00000000 00:00 0
                f1000000-f3000000 rw-p 00001000 fd:00 42 /usr/lib/jvm/lib/server/classes.jsa
                ff000000-100300000 rw-p 00000000 00:00 0
                """));
    }

    @Test
    void shouldFindNoneWhereNothingIsMapped() throws IOException {
        assertEquals(List.of(), ranges("7f0000000000-7f0000100000 rw-p 00000000 00:00 0\n"));
    }
}
