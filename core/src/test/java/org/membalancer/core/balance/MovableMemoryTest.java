// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MappedRegion;
import org.membalancer.core.residency.MemoryMap;

class MovableMemoryTest {

    @ParameterizedTest
    @CsvSource({
        "rw-p,, rd wr mr, ANONYMOUS",
        "rw-p, [heap], rd wr mr, ANONYMOUS",
        "rw-p, /usr/lib/libc.so.6, rd wr mr, ANONYMOUS",
        "r-xp, /usr/lib/libc.so.6, rd ex mr, FILE",
        "rw-s, /var/lib/data, rd wr sh, FILE",
        "rw-s, /memfd:java_heap (deleted), rd wr sh, SHARED",
        "rw-s, /dev/zero (deleted), rd wr sh, SHARED",
        "rw-p,, rd wr lo, LOCKED",
        "rw-p, /anon_hugepage (deleted), rd wr ht, HUGETLB",
        "rw-s, /dev/mem, rd wr sh io pf, DEVICE",
        "r-xp, [vdso], rd ex mr de, KERNEL",
        "r--p, [vvar], rd mr pf io, KERNEL",
        "---p,, mr mw me, CLOSED"})
    void shouldTellWhatAMappingIs(String modes, String path, String flags, MemoryKind kind) throws IOException {
        List<MappedRegion> mappings = MemoryMap.parseDetailed(smaps("7f0000000000-7f0000011000", modes, path, flags));
        assertEquals(kind, MemoryKind.of(mappings.get(0), false), "mapping: " + mappings);
        Map<MemoryKind, Long> bytes = new EnumMap<>(MemoryKind.class);
        bytes.put(kind, 17L * 4096);
        List<AddressRange> movable = kind.isMovable()
                ? List.of(new AddressRange(0x7f0000000000L, 0x7f0000011000L, path == null ? "anonymous" : path))
                : List.of();
        assertEquals(new MovableMemory(movable, bytes), MovableMemory.of(mappings, Set.of()));
    }

    @Test
    void shouldLeaveWhatItsOwnerBoundOrInterleaved() throws IOException {
        Set<Long> bound = OwnersChoice.bound(new StringReader("7f0000000000 bind:1 anon=17 dirty=17 N1=17\n"
                + "7f0000011000 default file=/usr/lib/libc.so.6 mapped=3 N0=3\n"
                + "7f0000030000 prefer:0 anon=1 dirty=1 N0=1\n7f0000040000 weighted interleave:0-1 anon=4\n"
                + "7f0000050000 interleave=static:0-1 anon=4\n"));
        assertEquals(Set.of(0x7f0000000000L, 0x7f0000040000L, 0x7f0000050000L), bound);
        MappedRegion mapped = MemoryMap.parseDetailed(
                smaps("7f0000000000-7f0000011000", "rw-p", "", "rd wr mr")).get(0);
        assertEquals(MemoryKind.BOUND, MemoryKind.of(mapped, true));
        assertEquals(List.of(), MovableMemory.of(List.of(mapped), bound).ranges());
    }

    @Test
    void shouldSayWhatStays() throws IOException {
        MovableMemory memory = MovableMemory.of(List.of(
                MemoryMap.parseDetailed(smaps("1000-5000", "rw-p", "", "rd wr lo")).get(0),
                MemoryMap.parseDetailed(smaps("6000-8000", "---p", "", "mr")).get(0),
                MemoryMap.parseDetailed(smaps("8000-9000", "r-xp", "[vdso]", "rd")).get(0)), Set.of());
        assertEquals("16 KiB locked, 4 KiB kernel", memory.whatStays());
    }

    @Test
    void shouldReadWhatThisKernelWrites() throws IOException {
        try (Reader own = Files.newBufferedReader(Path.of("/proc/self/smaps"))) {
            MovableMemory memory = MovableMemory.of(MemoryMap.parseDetailed(own), Set.of());
            assertTrue(memory.bytesByKind().get(MemoryKind.ANONYMOUS) > 0, "memory: " + memory.bytesByKind());
            assertTrue(memory.bytesByKind().get(MemoryKind.KERNEL) > 0, "memory: " + memory.bytesByKind());
            assertFalse(memory.ranges().isEmpty(), "memory: " + memory.bytesByKind());
        }
    }

    private static Reader smaps(String addresses, String modes, String path, String flags) {
        return new StringReader(addresses + " " + modes + " 00000000 00:00 0    " + (path == null ? "" : path)
                + "\nSize:                 68 kB\nRss:                  24 kB\nTHPeligible:           0\nVmFlags: "
                + flags + " \n");
    }
}
