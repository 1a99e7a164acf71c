// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void shouldChooseTheUnit() {
        assertEquals("0 B", Figures.bytes(0));
        assertEquals("1023 B", Figures.bytes(1023));
        assertEquals("1.0 KiB", Figures.bytes(1024));
        assertEquals("1.5 GiB", Figures.bytes(3L << 29));
        assertEquals("8.0 EiB", Figures.bytes(Long.MAX_VALUE));
    }

    @Test
    void shouldWriteDurations() {
        assertEquals("0 s", Figures.duration(999_999_999L));
        assertEquals("1 min 1 s", Figures.duration(61_000_000_000L));
        assertEquals("25 h 2 min", Figures.duration((25 * 3600 + 179) * 1_000_000_000L));
    }

    @Test
    void shouldWritePermilleAsPercent() {
        assertEquals("0.7 %", Figures.permille(7));
        assertEquals("10.3 %", Figures.permille(103));
    }
}
