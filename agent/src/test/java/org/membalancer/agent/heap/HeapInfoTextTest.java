// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.policy.AddressRange;

/** Texts as JDK 17 and 25 print them with a heap of 64 MiB. */
final class HeapInfoTextTest {
    private static final AddressRange HEAP = new AddressRange(0xfc000000L, 0x100000000L, "heap");

    @ParameterizedTest
    @ValueSource(strings = {
        // Serial, 17
        " def new generation   total 19648K, used 12873K [0x00000000fc000000, 0x00000000fd550000, "
            + "0x00000000fd550000)\n  eden space 17472K,  61% used [0x00000000fc000000, 0x00000000fca725e0, "
            + "0x00000000fd110000)\n tenured generation   total 43712K, used 2273K [0x00000000fd550000, "
            + "0x0000000100000000, 0x0000000100000000)\n   the space 43712K,   5% used [0x00000000fd550000, "
            + "0x00000000fd788538, 0x00000000fd788600, 0x0000000100000000)\n  class space    used 1452K\n",
        // Serial, 25
        "DefNew     total 19648K, used 9076K [0x00000000fc000000, 0x00000000fd550000, 0x00000000fd550000)\n"
            + "Tenured    total 43712K, used 4841K [0x00000000fd550000, 0x0000000100000000, 0x0000000100000000)\n",
        // Parallel
        " PSYoungGen      total 18944K, used 11397K [0x00000000feb00000, 0x0000000100000000, 0x0000000100000000)\n"
            + "  eden space 16384K, 54% used [0x00000000feb00000,0x00000000ff3a5470,0x00000000ffb00000)\n"
            + " ParOldGen       total 44032K, used 4530K [0x00000000fc000000, 0x00000000feb00000, "
            + "0x00000000feb00000)\n",
        // G1, 17
        " garbage-first heap   total 65536K, used 12361K [0x00000000fc000000, 0x0000000100000000)\n"
            + "  region size 1024K, 8 young (8192K), 2 survivors (2048K)\n",
        // G1, 25
        "garbage-first heap   total reserved 65536K, committed 65536K, used 9421K [0x00000000fc000000, "
            + "0x0000000100000000)\n region size 1024K, 6 young (6144K), 4 survivors (4096K)\n",
    })
    void shouldFindTheReservedHeap(String text) {
        assertEquals(Optional.of(HEAP), HeapInfoText.envelope(text, "heap"));
    }

    @Test
    void shouldFindNothingInATextWithoutAddresses() {
        assertEquals(Optional.empty(),
                HeapInfoText.envelope(" ZHeap           used 18M, capacity 64M, max capacity 64M\n", "heap"));
    }
}
