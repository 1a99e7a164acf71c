// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topology;

/** Puts a report together. Owned by one thread; keeps nothing of the snapshot. */
public final class ReportBuilder {
    private final int pid;
    private final Topology topology;
    private final Map<String, String> jvm = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<SamplingStatus> sampling = Optional.empty();
    private Optional<TableTotals> table = Optional.empty();
    private List<RegionHeat> regions = List.of();
    private List<BlockHeat> blocks = List.of();
    private MigrationTotals migration = MigrationTotals.none();

    /**
     * Starts a report.
     *
     * @param pid the process
     * @param topology nodes, distances and free memory
     */
    public ReportBuilder(int pid, Topology topology) {
        this.pid = pid;
        this.topology = topology;
    }

    /** Names for addresses from a memory map: path, or {@code anonymous}. */
    public static List<AddressRange> named(List<MemoryRegion> memoryMap) {
        return memoryMap.stream().filter(region -> region.bytes() != 0)
                .map(region -> new AddressRange(region.startAddress(), region.endAddress(),
                        region.path().isEmpty() ? "anonymous" : region.path()))
                .toList();
    }

    /** Adds the helper's state. */
    public ReportBuilder sampling(SamplingStatus status) {
        sampling = Optional.of(status);
        return this;
    }

    /**
     * Adds heat and placement.
     *
     * @param totals the table as a whole
     * @param heat sorted by address
     * @param residency of the same snapshot
     * @param named what the addresses are; where ranges overlap, the first one names an address
     * @throws IllegalArgumentException if the heat is not sorted or the residency is of another snapshot
     */
    public ReportBuilder heat(
            TableTotals totals, HeatSnapshot heat, Residency residency, List<AddressRange> named) {
        if (!heat.isSortedByAddress() || residency.pageCount() != heat.pageCount()) {
            throw new IllegalArgumentException("heat must be sorted and residency be of the same snapshot: isSorted="
                    + heat.isSortedByAddress() + " heat pages=" + heat.pageCount() + " residency pages="
                    + residency.pageCount());
        }
        HeatMap map = new HeatMap(heat, residency, new RangeNames(named));
        table = Optional.of(totals);
        regions = map.regions();
        blocks = map.blocks();
        return this;
    }

    /** Adds facts about the JVM, by name. */
    public ReportBuilder jvm(Map<String, String> facts) {
        jvm.putAll(facts);
        return this;
    }

    /** Adds what was moved. */
    public ReportBuilder migration(MigrationTotals totals) {
        migration = totals;
        return this;
    }

    /** Adds a line that a reader must know. */
    public ReportBuilder note(String line) {
        notes.add(line);
        return this;
    }

    /**
     * The report.
     *
     * @throws IllegalStateException without {@link #heat}
     */
    public Report build() {
        TableTotals totals = table.orElseThrow(() -> new IllegalStateException("heat must be added first"));
        return new Report(pid, topology, sampling, totals, regions, blocks, jvm, migration, notes);
    }
}
