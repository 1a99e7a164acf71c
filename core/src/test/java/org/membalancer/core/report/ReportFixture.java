// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;

/** Made-up heat and helper states for report tests. */
final class ReportFixture {
    static final long BASE = 0x7f00_0000_0000L;
    static final int PAGE_BYTES = 4096;
    static final int PAGES_PER_BLOCK = 16;
    static final TableTotals TOTALS = new TableTotals(1024, 7, 1, 1000, 3, 2, 192, 8_600_000_000L);

    final HeatSnapshot heat = new HeatSnapshot(8192, 2);
    final Residency residency = new Residency(8192);
    private final Map<Long, Integer> places = new LinkedHashMap<>();

    ReportFixture() {
        heat.begin(0, 12, 33);
    }

    static long block(int number) {
        return BASE + (long) number * PAGES_PER_BLOCK * PAGE_BYTES;
    }

    /** Every page of so many blocks, each with that many accesses from node 0, lying on a node. */
    ReportFixture blocks(int first, int count, int accessesPerPage, int placeNodeId) {
        for (int page = first * PAGES_PER_BLOCK; page < (first + count) * PAGES_PER_BLOCK; page++) {
            page(BASE + (long) page * PAGE_BYTES, placeNodeId, accessesPerPage);
        }
        return this;
    }

    ReportFixture page(long address, int placeNodeId, int... accesses) {
        heat.add(PageHeat.of(address >>> 12, accesses));
        places.put(address, placeNodeId);
        return this;
    }

    ReportFixture page(PageHeat page, int placeNodeId) {
        heat.add(page);
        places.put(page.pageNumber() << 12, placeNodeId);
        return this;
    }

    ReportFixture sort() {
        heat.sortByAddress();
        residency.begin(heat.pageCount());
        for (int i = 0; i < heat.pageCount(); i++) {
            residency.set(i, places.get(heat.pageAddress(i)));
        }
        return this;
    }

    static SamplingStatus status(long seen) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("seen", seen);
        counters.put("recorded", 900L);
        counters.put("not_target", 90L);
        counters.put("kernel", 0L);
        counters.put("no_access", 10L);
        counters.put("stalls", 77L);
        return new SamplingStatus(4712, "soft", 997, 997, 2, 1, 2, 10, 6, 60_000_000_000L, 0, 0, 2 << 20, 5, 1,
                counters, List.of("not_target", "kernel", "no_access"), "0.1.0", "soft: chosen\nibs: no such device");
    }
}
