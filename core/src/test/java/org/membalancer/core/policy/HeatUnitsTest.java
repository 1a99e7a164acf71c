// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topologies;

class HeatUnitsTest {
    private static final int PAGES = 4096;
    private static final long FIRST_PAGE = 512 * 100;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final HeatSnapshot heat = new HeatSnapshot(PAGES, 2);
    private final Residency residency = new Residency(PAGES);
    private final HeatHistory history = new HeatHistory(10_000_000_000L);
    private final HeatUnits units = new HeatUnits();
    private final NodeTable nodes = new NodeTable(Topologies.two(), 10);
    private final int[] counts = new int[PAGES];

    @Test
    void shouldTakeLargeBlocksWhereAllPagesAreAlike() {
        draw(8000, 0, PAGES);
        fill(NO_LIMIT);
        assertEquals(21, units.shift());
        assertEquals(8, units.count());
        assertEquals(8000, sumOfSamples(), 1);
    }

    @Test
    void shouldNotTakeBlocksThatAreTooLargeForTheNodes() {
        draw(8000, 0, PAGES);
        fill(1 << 20);
        assertEquals(16, units.shift());
        assertEquals(256, units.count());
    }

    @Test
    void shouldTakePagesWhereTheyDiffer() {
        for (int page = 0; page < PAGES; page += 16) {
            counts[page] = 20;
        }
        fill(NO_LIMIT);
        assertEquals(12, units.shift());
        assertEquals(256, units.count());
    }

    @Test
    void shouldTakeBlocksOfPagesButNotBlocksOfBlocksWhereThoseDiffer() {
        for (int block = 0; block < 256; block += 8) {
            draw(120, block * 16, 16);
        }
        fill(NO_LIMIT);
        assertEquals(16, units.shift());
    }

    @Test
    void shouldTakePagesWhereThereAreTooFewSamplesToTell() {
        draw(20, 0, PAGES);
        fill(NO_LIMIT);
        assertEquals(12, units.shift());
    }

    @Test
    void shouldCountAPageForMoreWhereThreadsWaitLong() {
        heat.begin(1L << 40, 12, 33);
        heat.weighBy(HeatWeight.MISS_LATENCY, 256);
        heat.add(new PageHeat(FIRST_PAGE, 0, new int[] {100, 0}, new int[] {150, 0}, 400, 0, 0));
        heat.add(new PageHeat(FIRST_PAGE + 1, 0, new int[] {100, 0}, new int[] {50, 0}, 400, 0, 0));
        fillFromHeat(1);
        assertEquals(2, units.count());
        assertTrue(units.factor(0) > 1.3 && units.factor(1) < 0.7, units.factor(0) + " " + units.factor(1));
        assertTrue(units.density(0) > 2 * units.density(1) * 0.9, units.density(0) + " " + units.density(1));
    }

    private void draw(int samples, int first, int pages) {
        Random random = new Random(7 + first);
        for (int i = 0; i < samples; i++) {
            counts[first + random.nextInt(pages)]++;
        }
    }

    private void fill(long mostBytes) {
        heat.begin(1L << 40, 12, 33);
        for (int page = 0; page < PAGES; page++) {
            if (counts[page] > 0) {
                heat.add(PageHeat.of(FIRST_PAGE + page, counts[page]));
            }
        }
        fillFromHeat(mostBytes);
    }

    private void fillFromHeat(long mostBytes) {
        heat.sortByAddress();
        residency.begin(heat.pageCount());
        for (int i = 0; i < heat.pageCount(); i++) {
            residency.set(i, 0);
        }
        history.note(heat);
        MovableRanges ranges = MovableRanges.of(
                List.of(new AddressRange(FIRST_PAGE << 12, FIRST_PAGE + PAGES << 12, "all")));
        units.fill(heat, residency, ranges, history, nodes, mostBytes);
    }

    private double sumOfSamples() {
        double sum = 0;
        for (int i = 0; i < units.count(); i++) {
            sum += units.samples(i);
        }
        return sum;
    }
}
