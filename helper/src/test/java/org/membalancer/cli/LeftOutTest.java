// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

class LeftOutTest {
    private final List<String> said = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut(said::add);

    @Test
    void shouldSayEachOnceAndCountByReason() {
        MemberKey self = new MemberKey(0, 1);
        leftOut.add(self, 11, LeftOut.Why.SELF, "it is we");
        leftOut.add(self, 11, LeftOut.Why.SELF, "it is we");
        leftOut.add(12, LeftOut.Why.NOT_PERMITTED, "not permitted");
        assertEquals(List.of("process 11 is left out: it is we", "process 12 is left out: not permitted"), said);
        assertEquals("processes left out 2 = 1 membalancer itself + 1 not permitted", leftOut.text());
    }

    @Test
    void shouldForgetWhoIsGoneButForTheCount() {
        MemberKey gone = new MemberKey(0, 1);
        leftOut.add(gone, 11, LeftOut.Why.ONE_NODE, "bound");
        assertTrue(leftOut.has(gone));
        leftOut.keepOnly(Set.of());
        assertFalse(leftOut.has(gone));
        assertEquals(1, leftOut.count());
    }

    @Test
    void shouldNotFloodWhoReads() {
        for (int pid = 1; pid <= 1000; pid++) {
            leftOut.add(pid, LeftOut.Why.KERNEL_THREAD, "it is a kernel thread");
        }
        assertEquals(21, said.size(), said.toString());
        assertEquals("more processes are left out; the summary counts them", said.get(20));
        assertEquals("processes left out 1000 = 1000 kernel threads", leftOut.text());
    }
}
