// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

class MemoryMapTest {

    @Test
    void shouldReadEveryKindOfLine() throws IOException {
        List<MemoryRegion> regions = MemoryMap.parse(new StringReader("""
                00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/d bus (deleted)
                c0000000-100000000 rw-p 00000000 00:00 0\s
                7f9000000000-7f9000021000 rw-s 00000000 00:01 1029     /memfd:java_heap (deleted)
                7ffc6e4e1000-7ffc6e502000 rw-p 00000000 00:00 0                          [stack]
                7ffc6e5f0000-7ffc6e5f1000 ---p 00000000 00:00 0
                ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
                """));
        assertEquals(new MemoryRegion(0x400000, 0x452000, true, false, true, false, "/usr/bin/d bus (deleted)"),
                regions.get(0));
        assertEquals(new MemoryRegion(0xc0000000L, 0x100000000L, true, true, false, false, ""), regions.get(1));
        assertTrue(regions.get(2).shared(), "region: " + regions.get(2));
        assertFalse(regions.get(2).isAnonymous(), "region: " + regions.get(2));
        assertTrue(regions.get(1).isAnonymous() && regions.get(3).isAnonymous(), "regions: " + regions);
        assertEquals("", regions.get(4).path());
        assertEquals(0x1000, regions.get(5).bytes(), "unsigned addresses: " + regions.get(5));
        assertTrue(regions.get(5).contains(0xffffffffff600fffL), "region: " + regions.get(5));
        assertFalse(regions.get(5).contains(0xffffffffff601000L), "region: " + regions.get(5));
    }

    @Test
    void shouldReadItsOwnProcess() throws IOException {
        List<MemoryRegion> regions = MemoryMap.parse(Files.newBufferedReader(Path.of("/proc/self/maps")));
        assertTrue(regions.stream().anyMatch(region -> region.path().contains("libjvm.so") && region.executable()),
                "regions: " + regions);
    }

    @Test
    void shouldNameALineThatIsNone() {
        IOException e = assertThrows(IOException.class, () -> MemoryMap.parse(new StringReader("00400000 r-xp\n")));
        assertEquals("not a line of a memory map: '00400000 r-xp'", e.getMessage());
    }
}
