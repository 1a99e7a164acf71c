// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.ReportBuilder;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.report.TableTotals;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.trace.TraceHeader;
import org.membalancer.core.trace.TraceProcess;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.TargetSpec;

/**
 * One trace counted by a helper whose source is {@code replay}. It is read twice, so that nothing of it is kept: once to
 * be counted, and once to see where the pages lay that are hot in the end. Owned by one thread.
 */
final class Replay implements AutoCloseable {
    private static final int MAX_PROCESSES = 1 << 16;

    private final Path file;
    private final ReplayScope scope;
    private final HelperConnection connection;
    private final GroupTables tables;
    private final HeatTable table;
    private final HeatSnapshot heat;
    private final Residency residency;
    private final ReplayTally tally = new ReplayTally(MAX_PROCESSES);
    private final Map<Integer, TraceProcess> processes = new HashMap<>();
    private final Map<Integer, List<AddressRange>> namesByTag = new HashMap<>();
    private final Map<String, Long> counters = new LinkedHashMap<>();
    private TraceHeader header;
    private long injected;
    private long endNs;
    private long lost;
    private int aliveCount;

    private Replay(Path file, ReplayScope scope, HelperConnection connection, GroupTables tables)
            throws FailureException {
        this.file = file;
        this.scope = scope;
        this.connection = connection;
        this.tables = tables;
        this.table = Doors.heatTable(tables);
        this.heat = new HeatSnapshot(table.slotCount(), table.nodeCount());
        this.residency = new Residency(table.slotCount());
    }

    /**
     * Counts a trace.
     *
     * @param most processes that reports may be asked of: those with the most samples
     * @throws FailureException when the helper's tables are of another version
     * @throws IOException when the trace is cut off or corrupt, or the helper refuses
     */
    static Replay of(Path file, ReplayScope scope, HelperConnection connection, int most)
            throws IOException, FailureException {
        GroupTables tables = connection.open(TargetSpec.replay().withUserOnly(scope.isUserOnly()));
        try {
            Replay replay = new Replay(file, scope, connection, tables);
            replay.inject(most);
            return replay;
        } catch (IOException | FailureException | RuntimeException e) {
            tables.close();
            throw e;
        }
    }

    /** The only process with samples; empty when there are several, or none. */
    Optional<ReplayTally.Count> only() {
        List<ReplayTally.Count> counts = tally.counts();
        return counts.size() == 1 && tally.othersCount() == 0 ? Optional.of(counts.get(0)) : Optional.empty();
    }

    /** Whether no sample was replayed that counts. */
    boolean isEmpty() {
        return tally.samples() == 0;
    }

    /** What the trace says of one process. */
    Report report(int tag, int tgid) throws IOException {
        Map<Integer, TracePlaces> places = places(List.of(tag));
        ReportBuilder builder = builder(tag, tgid, Doors.status(connection), places);
        notes().forEach(builder::note);
        return builder.build();
    }

    /** What the trace says of the processes with the most samples. */
    GroupReport report(int most) throws IOException {
        List<ReplayTally.Count> all = tally.counts();
        List<ReplayTally.Count> shown = all.subList(0, Math.min(most, all.size()));
        Map<Integer, TracePlaces> places = places(shown.stream().map(ReplayTally.Count::tag).toList());
        SamplingStatus status = Doors.status(connection);
        List<GroupReport.Entry> entries = new ArrayList<>();
        for (ReplayTally.Count count : shown) {
            entries.add(new GroupReport.Entry(member(count),
                    builder(count.tag(), count.tgid(), status, places).build()));
        }
        return new GroupReport(header.target(), entries, (int) (all.size() + tally.othersCount()), aliveCount,
                tally.samples(), notes());
    }

    @Override
    public void close() {
        tables.close();
    }

    private void inject(int most) throws IOException {
        Injector injector = new Injector(connection, tables.groupId());
        try (TraceReader reader = TraceReader.open(file)) {
            scope.read(reader, sample -> {
                if (scope.isWanted(sample)) {
                    tally.add(sample.processTag(), sample.tgid());
                }
                injector.inject(sample, heatTag(sample.processTag()));
            });
            injector.flush();
            injected = injector.injected();
            keep(reader, most);
        }
    }

    /** What is needed of the reader when it is at the end. */
    private void keep(TraceReader reader, int most) {
        header = reader.header();
        endNs = scope.endNs(reader);
        lost = reader.lost();
        counters.putAll(reader.counters());
        aliveCount = (int) reader.processes().values().stream().filter(TraceProcess::isAlive).count();
        for (ReplayTally.Count count : tally.counts().stream().limit(most).toList()) {
            Optional.ofNullable(reader.processes().get(count.tag())).ifPresent(p -> processes.put(count.tag(), p));
            namesByTag.put(count.tag(), ReportBuilder.named(reader.memoryMap(count.tag())));
        }
    }

    private Map<Integer, TracePlaces> places(List<Integer> tags) throws IOException {
        Map<Integer, TracePlaces> places = new HashMap<>();
        for (int tag : tags) {
            copyHeat(tag);
            places.put(tag, new TracePlaces(heat));
        }
        try (TraceReader reader = TraceReader.open(file)) {
            scope.read(reader, sample -> {
                TracePlaces ofProcess = places.get(sample.processTag());
                if (ofProcess != null) {
                    ofProcess.look(sample);
                }
            });
        }
        return places;
    }

    private ReportBuilder builder(int tag, int tgid, SamplingStatus status, Map<Integer, TracePlaces> places) {
        copyHeat(tag);
        places.get(tag).copyTo(residency);
        return new ReportBuilder(tgid, header.topology()).sampling(ofTrace(status)).heat(TableTotals.of(table, heat), heat,
                residency, namesByTag.getOrDefault(tag, List.of()));
    }

    private void copyHeat(int tag) {
        table.copyTo(heat, endNs, heatTag(tag));
        heat.sortByAddress();
    }

    /** A heat key has room for so many bits: a trace with a million processes after a process gives its tag again. */
    private static int heatTag(int tag) {
        return tag & (1 << AbiLayout.value("MBAL_TAG_BITS")) - 1;
    }

    private MemberProcess member(ReplayTally.Count count) {
        return Optional.ofNullable(processes.get(count.tag()))
                .map(p -> new MemberProcess(p.tag(), p.tgid(), p.parentTgid(), p.isAlive(), p.startedNs(),
                        count.samples(), p.command()))
                .orElseGet(() -> new MemberProcess(count.tag(), count.tgid(), 0, false, 0, count.samples(), ""));
    }

    /** Counters, helper and cost are those of the replay; source, rate and CPUs are those of the trace. */
    private SamplingStatus ofTrace(SamplingStatus now) {
        int cpus = header.topology().nodes().stream().mapToInt(node -> node.cpus().cardinality()).sum();
        return new SamplingStatus(now.helperPid(), header.source() + " (replayed)", header.rateHz(), header.rateHz(), cpus,
                now.groupCount(), now.peerCount(), now.maxCpuPermille(), now.costPermille(), now.uptimeNs(), now.runTimeNs(),
                now.runCount(), now.tableMemoryBytes(), now.requests(), now.requestsRefused(), now.counters(),
                now.dropNames(), now.version(), "");
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add("a trace of " + header.target() + ", recorded by " + header.recorder() + " from "
                + Instant.ofEpochMilli(header.startUnixMs()) + " on, as of " + Figures.seconds(endNs - header.startNs())
                + " later: " + injected + " samples, " + lost + " lost");
        if (tally.othersCount() > 0) {
            notes.add(tally.othersCount() + " processes with few samples are left out: " + tally.othersSamples()
                    + " samples");
        }
        notes.addAll(RecordCounters.notes(counters));
        return notes;
    }
}
