// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.membalancer.core.report.ReportFixture.TOTALS;
import static org.membalancer.core.report.ReportFixture.block;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topologies;

class HeatMapTest {
    private static final List<AddressRange> HEAP = List.of(new AddressRange(block(0), block(100), "heap"));

    @Test
    void shouldFindTheHotRunOfAMapping() {
        Report report = report(new ReportFixture()
                .blocks(10, 20, 9, 1).blocks(0, 10, 1, 0).blocks(30, 70, 1, 0), HEAP);
        RegionHeat hot = report.regions().get(0);
        assertEquals(3, report.regions().size(), "regions: " + report.regions());
        assertEquals(block(10), hot.startAddress(), "region: " + hot);
        assertEquals(block(30), hot.endAddress(), "region: " + hot);
        assertEquals(20 * 16 * 9.0, hot.accesses(), "region: " + hot);
        assertEquals(20 * 9.0 / (20 * 9 + 80), hot.share(), 1e-9, "region: " + hot);
        assertEquals(List.of(20 * 16 * 9.0, 0.0), hot.accessesByNode(), "region: " + hot);
        assertEquals(Map.of(1, 20L << 16), hot.bytesByNode(), "region: " + hot);
        assertEquals(320, hot.pages(), "region: " + hot);
    }

    @Test
    void shouldGiveEveryAccessToOneRegionAndOneBlock() {
        Report report = report(new ReportFixture()
                .blocks(3, 2, 9, 1).blocks(50, 1, 3, 0).page(0x1000, 0, 5, 6).page(-0x1000L, 0, 2), HEAP);
        double total = 2 * 16 * 9 + 16 * 3 + 11 + 2;
        assertEquals(total, report.regions().stream().mapToDouble(RegionHeat::accesses).sum());
        assertEquals(total, report.blocks().stream().mapToDouble(BlockHeat::accesses).sum());
        assertEquals(1, report.regions().stream().mapToDouble(RegionHeat::share).sum(), 1e-9);
    }

    @Test
    void shouldBridgeSmallGapsOnly() {
        Report report = report(new ReportFixture()
                .blocks(0, 1, 5, 0).blocks(5, 1, 5, 0).blocks(11, 1, 5, 0), HEAP);
        assertEquals(List.of(block(0), block(11)),
                report.regions().stream().map(RegionHeat::startAddress).toList(), "regions: " + report.regions());
        assertEquals(block(6), report.regions().get(0).endAddress(), "regions: " + report.regions());
    }

    @Test
    void shouldNameRegionsAndClipThemToTheirRanges() {
        long inside = block(2) + 5 * ReportFixture.PAGE_BYTES;
        List<AddressRange> named = List.of(
                new AddressRange(inside, block(3), "first"), new AddressRange(block(2), block(8), "second"));
        Report report = report(new ReportFixture()
                .page(inside - 4096, 0, 4).page(inside, 0, 3).page(block(4), 0, 2).page(block(9), 0, 1), named);
        assertEquals(List.of("second", "first", "second", "unknown"),
                report.regions().stream().map(RegionHeat::label).toList(), "regions: " + report.regions());
        assertEquals(List.of(block(2), inside, block(4), block(9)),
                report.regions().stream().map(RegionHeat::startAddress).toList(), "regions: " + report.regions());
        assertEquals(inside, report.regions().get(0).endAddress(), "regions: " + report.regions());
        assertEquals(3, report.blocks().size(), "one block holds both names: " + report.blocks());
        assertEquals(7, report.blocks().get(0).accesses(), "blocks: " + report.blocks());
    }

    @Test
    void shouldKeepMappingsApart() {
        List<AddressRange> named = List.of(
                new AddressRange(block(0), block(1), "a"), new AddressRange(block(1), block(2), "b"));
        Report report = report(new ReportFixture().blocks(0, 2, 4, 0), named);
        assertEquals(List.of("a", "b"), report.regions().stream().map(RegionHeat::label).toList());
    }

    @Test
    void shouldCountPagesThatLieNowhere() {
        Report report = report(new ReportFixture()
                .page(block(0), Residency.NOT_PRESENT, 1).page(block(0) + 4096, Residency.UNKNOWN, 1)
                .page(block(0) + 8192, 1, 1), HEAP);
        assertEquals(2, report.blocks().get(0).absentPages(), "block: " + report.blocks());
        assertEquals(Map.of(1, 1), report.blocks().get(0).pagesByNode(), "block: " + report.blocks());
    }

    @Test
    void shouldWeighSharesOfStoresAndCodeByAccesses() {
        Report report = report(new ReportFixture()
                .page(new PageHeat(block(0) >>> 12, 0, new int[] {30}, new int[] {7}, 0, 15, 3), 0)
                .page(block(0) + 4096, 0, 10), HEAP);
        RegionHeat region = report.regions().get(0);
        assertEquals(15.0 / 40, region.storeShare(), 1e-6, "region: " + region);
        assertEquals(3.0 / 40, region.codeShare(), 1e-6, "region: " + region);
        assertEquals(7.0, region.stalls(), "region: " + region);
    }

    @Test
    void shouldFindHotBlocksByStallsAlone() {
        ReportFixture fixture = new ReportFixture();
        fixture.page(new PageHeat(block(1) >>> 12, 0, new int[0], new int[] {90}, 0, 0, 0), 0);
        fixture.page(new PageHeat(block(20) >>> 12, 0, new int[0], new int[] {1}, 0, 0, 0), 0);
        Report report = report(fixture, HEAP);
        assertEquals(List.of(90.0, 1.0), report.regions().stream().map(RegionHeat::stalls).toList());
        assertEquals(0, report.regions().get(0).share(), "no accesses, no share");
    }

    @Test
    void shouldNameMappingsByTheirPaths() {
        MemoryRegion file = new MemoryRegion(0x1000, 0x3000, true, false, true, false, "/bin/x");
        MemoryRegion nameless = new MemoryRegion(0x4000, 0x5000, true, true, false, false, "");
        assertEquals(List.of(new AddressRange(0x1000, 0x3000, "/bin/x"), new AddressRange(0x4000, 0x5000, "anonymous")),
                ReportBuilder.named(List.of(file, nameless)));
    }

    @Test
    void shouldRefuseHeatThatIsNotSortedAndReportsWithoutHeat() {
        ReportBuilder builder = new ReportBuilder(1, Topologies.two());
        ReportFixture fixture = new ReportFixture();
        assertThrows(IllegalArgumentException.class,
                () -> builder.heat(TOTALS, fixture.heat, fixture.residency, List.of()));
        assertThrows(IllegalStateException.class, builder::build);
        assertTrue(report(fixture, HEAP).regions().isEmpty(), "no samples, no regions");
    }

    private static Report report(ReportFixture fixture, List<AddressRange> named) {
        fixture.sort();
        return new ReportBuilder(4711, Topologies.two())
                .heat(TOTALS, fixture.heat, fixture.residency, named).build();
    }
}
