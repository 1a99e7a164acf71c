// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTallyTest {

    @Test
    void shouldCountByTagMostFirst() {
        ReplayTally tally = new ReplayTally(10);
        for (int i = 0; i < 7; i++) {
            tally.add(i % 3, 100 + i % 3);
        }
        assertEquals(List.of("0 100 3", "1 101 2", "2 102 2"), texts(tally));
        assertEquals(7, tally.samples());
    }

    @Test
    void shouldGiveUpThoseWithTheFewestSamplesAndLoseNone() {
        ReplayTally tally = new ReplayTally(20);
        for (int i = 0; i < 1009; i++) {
            tally.add(1 + i, 7 + i); // each once
            tally.add(0, 5);
        }
        assertEquals("0 5 1009", texts(tally).get(0));
        assertTrue(tally.counts().size() <= 20, () -> "counts=" + tally.counts().size());
        long shown = tally.counts().stream().mapToLong(ReplayTally.Count::samples).sum();
        assertEquals(2 * 1009, tally.samples());
        assertEquals(tally.samples(), shown + tally.othersSamples());
        assertEquals(1010, tally.counts().size() + tally.othersCount());
    }

    private static List<String> texts(ReplayTally tally) {
        return tally.counts().stream().map(c -> c.tag() + " " + c.tgid() + " " + c.samples()).toList();
    }
}
