// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.ReportBuilder;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.report.TableTotals;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.trace.TraceHeader;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.TargetSpec;

/**
 * One trace counted by a helper whose source is {@code replay}. It is read twice, so that nothing of it is kept: once to
 * be counted, and once to see where the pages lay that are hot in the end.
 */
final class Replay {
    private final Path file;
    private final ReplayScope scope;
    private final HelperConnection connection;
    private long endNs;
    private long lost;
    private List<MemoryRegion> memoryMap = List.of();

    private Replay(Path file, ReplayScope scope, HelperConnection connection) {
        this.file = file;
        this.scope = scope;
        this.connection = connection;
    }

    /**
     * Counts a trace and reports.
     *
     * @throws FailureException when the trace has several processes and none was chosen, or too many nodes
     * @throws IOException when the trace is cut off or corrupt, or the helper refuses
     */
    static Report of(Path file, ReplayScope scope, HelperConnection connection) throws IOException, FailureException {
        return new Replay(file, scope, connection).report();
    }

    private Report report() throws IOException, FailureException {
        try (GroupTables tables = connection.open(TargetSpec.replay())) {
            long injected = inject(tables.groupId());
            HeatTable table = Doors.heatTable(tables);
            HeatSnapshot heat = new HeatSnapshot(table.slotCount(), table.nodeCount());
            table.copyTo(heat, endNs);
            heat.sortByAddress();
            Residency residency = new Residency(table.slotCount());
            TraceHeader header = readPlaces(new TracePlaces(heat, residency));
            return new ReportBuilder(scope.tgid(), header.topology())
                    .sampling(status(header))
                    .heat(TableTotals.of(table, heat), heat, residency, ReportBuilder.named(memoryMap))
                    .note(origin(header, injected)).build();
        }
    }

    private long inject(long groupId) throws IOException, FailureException {
        Injector injector = new Injector(connection, groupId);
        try (TraceReader reader = TraceReader.open(file)) {
            scope.read(reader, injector::inject);
            injector.flush();
            endNs = scope.endNs(reader);
            lost = reader.lost();
            memoryMap = List.copyOf(reader.memoryMap(scope.tag()));
        }
        return injector.injected();
    }

    private TraceHeader readPlaces(TracePlaces places) throws IOException, FailureException {
        try (TraceReader reader = TraceReader.open(file)) {
            scope.read(reader, places::look);
            return reader.header();
        }
    }

    /** Counters, helper and cost are those of the replay; source, rate and CPUs are those of the trace. */
    private SamplingStatus status(TraceHeader header) throws IOException {
        SamplingStatus now = Doors.status(connection);
        int cpus = header.topology().nodes().stream().mapToInt(node -> node.cpus().cardinality()).sum();
        return new SamplingStatus(now.helperPid(), header.source() + " (replayed)", header.rateHz(), header.rateHz(), cpus,
                now.groupCount(), now.peerCount(), now.maxCpuPermille(), now.costPermille(), now.uptimeNs(), now.runTimeNs(),
                now.runCount(), now.tableMemoryBytes(), now.requests(), now.requestsRefused(), now.counters(),
                now.dropNames(), now.version(), "");
    }

    private String origin(TraceHeader header, long injected) {
        return "a trace of " + header.target() + ", recorded by " + header.recorder() + " from "
                + Instant.ofEpochMilli(header.startUnixMs()) + " on, as of " + Figures.seconds(endNs - header.startNs())
                + " later: " + injected + " samples, " + lost + " lost";
    }
}
