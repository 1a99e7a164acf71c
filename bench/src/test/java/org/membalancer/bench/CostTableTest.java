// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CostTableTest {

    @Test
    void shouldDivideWithinARound() throws IOException {
        CostTable costs = CostTable.parse(List.of("a b", "1 2", "10 20", "3 6", "5 10", "7 14", "9 18", "recorded",
                "1.0 0.75"));
        assertEquals(new PairedRatio(0.5, 0.5, 0.5, 6), costs.ratio("a", "b"));
        assertEquals(0.75, costs.recordedShare("b"));
        assertThrows(IllegalArgumentException.class, () -> costs.ratio("a", "c"));
    }

    @Test
    void shouldLeaveOutWhatBothHaveInCommon() throws IOException {
        CostTable costs = CostTable.parse(List.of("a b c", "2 3 1", "4 5 3", "12 16 8", "3 4 2", "8 11 5", "10 15 5",
                "recorded", "1 1 0"));
        assertEquals(new PairedRatio(0.5, 0.5, 0.5, 6), costs.ratioWithout("c", "a", "b"));
    }

    @Test
    void shouldRefuseWhatEndedEarly() {
        assertEquals("bpf-cost ended early, after 2 lines",
                assertThrows(IOException.class, () -> CostTable.parse(List.of("a b", "1 2"))).getMessage());
        assertEquals("bpf-cost must print 2 numbers a line: 1", assertThrows(IOException.class,
                () -> CostTable.parse(List.of("a b", "1", "recorded", "1 1"))).getMessage());
        assertEquals("bpf-cost must print numbers: 1 x", assertThrows(IOException.class,
                () -> CostTable.parse(List.of("a b", "1 x", "recorded", "1 1"))).getMessage());
    }
}
