// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.report.RegionHeat;

final class SummaryTest {

    @Test
    void shouldShowSamplesThatAddUp() {
        assertEquals("the helper, all processes since it started: 1009 samples seen = 887 recorded + 101 kernel "
                + "+ 21 no_access", Summary.samples(FakeSession.STATUS));
    }

    @Test
    void shouldShowPagesThatAddUp() {
        List<Long> outcomes = new ArrayList<>(Collections.nCopies(MoveOutcome.values().length, 0L));
        outcomes.set(MoveOutcome.MOVED.ordinal(), 512L);
        outcomes.set(MoveOutcome.BUSY.ordinal(), 11L);
        assertEquals("523 pages asked to move: 512 moved, 11 busy (2.0 MiB)",
                Summary.moves(new MigrationTotals(3, 523, outcomes, 2 << 20, 1, 1, 0)));
        assertEquals("no page was asked to move", Summary.moves(MigrationTotals.none()));
    }

    @Test
    void shouldSayWhereARegionLiesAndWhoUsesIt() {
        assertEquals("89 % of accesses to 0xf0000000-0xf0300000 (3.0 MiB, G1 heap), from nodes 0 (75 %) 2 (25 %), "
                + "lies on 1 (2.0 MiB)", Summary.region(new RegionHeat(0xf0000000L, 0xf0300000L, "G1 heap", 100, 0,
                        0.89, List.of(75.0, 0.0, 25.0), Map.of(1, 2L << 20), 512, 0.5, 0), 0));
    }

    @Test
    void shouldNotInventPlacesOrUsers() {
        assertEquals("3 % of accesses and 70 % of stalls to 0x1000-0x11000 (64 KiB, [heap]), from nodes none known, "
                + "lies on no known node", Summary.region(new RegionHeat(0x1000, 0x11000, "[heap]", 0, 7, 0.03,
                        List.of(0.0, 0.0), Map.of(), 2, 0, 0), 10));
    }

    @Test
    void shouldWriteBytesAsPeopleDo() {
        assertEquals(List.of("0 KiB", "4 KiB", "1023 KiB", "1.0 MiB", "2.5 MiB", "1.0 GiB", "31.4 GiB"),
                Stream.of(0L, 4096L, 1023L << 10, 1L << 20, 5L << 19, 1L << 30, 314L * (1L << 30) / 10)
                        .map(ByteText::of).toList());
    }
}
