// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.ArrayList;
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
    private Optional<SamplingStatus> sampling = Optional.empty();
    private Optional<TableTotals> table = Optional.empty();
    private List<RegionHeat> regions = List.of();
    private List<BlockHeat> blocks = List.of();
    private Map<String, String> jvm = Map.of();
    private MigrationTotals migration = MigrationTotals.none();
    private final List<String> notes = new ArrayList<>();

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
        List<AddressRange> named = new ArrayList<>(memoryMap.size());
        for (MemoryRegion region : memoryMap) {
            String label = region.path().isEmpty() ? "anonymous" : region.path();
            named.add(new AddressRange(region.startAddress(), region.endAddress(), label));
        }
        return named;
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
     * @param named what the addresses are; the first range that holds a block names it
     */
    public ReportBuilder heat(
            TableTotals totals, HeatSnapshot heat, Residency residency, List<AddressRange> named) {
        HeatSummary summary = HeatSummary.of(heat, residency, named);
        table = Optional.of(totals);
        regions = summary.regions();
        blocks = summary.blocks();
        return this;
    }

    /** Adds facts about the JVM, by name. */
    public ReportBuilder jvm(Map<String, String> facts) {
        jvm = facts;
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
        TableTotals totals = table.orElseThrow(() -> new IllegalStateException("a report needs heat"));
        return new Report(pid, topology, sampling, totals, regions, blocks, jvm, migration, notes);
    }
}
