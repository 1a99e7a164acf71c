// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.List;
import java.util.Map;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topology;

/** Puts a report together. Owned by one thread; keeps nothing of the snapshot. */
public final class ReportBuilder {

    /**
     * Starts a report.
     *
     * @param pid the process
     * @param topology nodes, distances and free memory
     */
    public ReportBuilder(int pid, Topology topology) {
        throw new UnsupportedOperationException("being written");
    }

    /** Names for addresses from a memory map: path, or {@code anonymous}. */
    public static List<AddressRange> named(List<MemoryRegion> memoryMap) {
        throw new UnsupportedOperationException("being written");
    }

    /** Adds the helper's state. */
    public ReportBuilder sampling(SamplingStatus status) {
        throw new UnsupportedOperationException("being written");
    }

    /**
     * Adds heat and placement.
     *
     * @param table the table as a whole
     * @param heat sorted by address
     * @param residency of the same snapshot
     * @param named what the addresses are; the first range that holds a block names it
     */
    public ReportBuilder heat(
            TableTotals table, HeatSnapshot heat, Residency residency, List<AddressRange> named) {
        throw new UnsupportedOperationException("being written");
    }

    /** Adds facts about the JVM, by name. */
    public ReportBuilder jvm(Map<String, String> facts) {
        throw new UnsupportedOperationException("being written");
    }

    /** Adds what was moved. */
    public ReportBuilder migration(MigrationTotals totals) {
        throw new UnsupportedOperationException("being written");
    }

    /** Adds a line that a reader must know. */
    public ReportBuilder note(String line) {
        throw new UnsupportedOperationException("being written");
    }

    /**
     * The report.
     *
     * @throws IllegalStateException without {@link #heat}
     */
    public Report build() {
        throw new UnsupportedOperationException("being written");
    }
}
