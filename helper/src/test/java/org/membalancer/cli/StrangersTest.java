// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

class StrangersTest {
    private final List<Integer> asked = new ArrayList<>();
    private final Strangers strangers = new Strangers(11, 13, pid -> asked.add(pid) && pid == 17);

    @Test
    void shouldLookAtEachProcessOnce() {
        for (int round = 0; round < 3; round++) {
            strangers.of(new MemberKey(0, 1), 17);
            strangers.of(new MemberKey(0, 2), 19);
        }
        assertEquals(List.of(17, 19), asked);
        strangers.keepOnly(Set.of(new MemberKey(0, 1)));
        strangers.of(new MemberKey(0, 2), 19);
        assertEquals(List.of(17, 19, 19), asked, "it was gone, and another one may have its place");
    }

    @Test
    void shouldTellWhatTheyAre() {
        assertEquals(Optional.of(LeftOut.Why.SELF), strangers.of(new MemberKey(0, 1), 11));
        assertEquals(Optional.of(LeftOut.Why.HELPER), strangers.of(new MemberKey(0, 2), 13));
        assertEquals(Optional.of(LeftOut.Why.KERNEL_THREAD), strangers.of(new MemberKey(0, 3), 17));
        assertEquals(Optional.empty(), strangers.of(new MemberKey(0, 4), 19));
    }
}
