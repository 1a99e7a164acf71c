// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.topology.Topology;

/**
 * What was seen and done for one process. Immutable, so that it may be handed to another thread.
 *
 * @param pid the process, as its own pid namespace counts
 * @param topology nodes, distances and free memory
 * @param sampling the helper's state, where one was asked
 * @param table the heat table as a whole
 * @param regions hottest first
 * @param blocks every block with samples, by address
 * @param jvm facts about the JVM, by name, in order; empty for other processes
 * @param migration what was moved
 * @param notes lines that a reader must know, such as why nothing is moved
 */
public record Report(
        int pid, Topology topology, Optional<SamplingStatus> sampling, TableTotals table, List<RegionHeat> regions,
        List<BlockHeat> blocks, Map<String, String> jvm, MigrationTotals migration, List<String> notes) {

    /** Copies the collections. */
    public Report {
        regions = List.copyOf(regions);
        blocks = List.copyOf(blocks);
        jvm = Collections.unmodifiableMap(new LinkedHashMap<>(jvm));
        notes = List.copyOf(notes);
    }
}
