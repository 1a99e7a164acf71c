// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Writes a report for people. */
public final class TextReport {
    private static final String REGION_LINE = "%8s %10.1f %10.1f  %-24s %-24s %016x-%016x   %s, %s";
    private static final double SECOND_NS = 1e9;
    private static final double SHOWN_PRECISION = 0.1;

    private final Report report;
    private final Appendable out;

    private TextReport(Report report, Appendable out) {
        this.report = report;
        this.out = out;
    }

    /**
     * Writes a report: nodes, source, samples, then all its regions.
     *
     * @throws IOException from {@code out}
     */
    public static void print(Report report, Appendable out) throws IOException {
        new TextReport(report, out).print();
    }

    /**
     * Writes what concerns the machine only: nodes, source, and the samples of all processes.
     *
     * @throws IOException from {@code out}
     */
    public static void printMachine(Report report, Appendable out) throws IOException {
        TextReport text = new TextReport(report, out);
        text.printNodes();
        text.printSampling();
    }

    /**
     * Writes the regions only.
     *
     * @throws IOException from {@code out}
     */
    public static void printRegions(Report report, Appendable out) throws IOException {
        new TextReport(report, out).printRegions();
    }

    private void print() throws IOException {
        line("process    %d", report.pid());
        printNodes();
        printSampling();
        printTable();
        printMigration();
        for (Map.Entry<String, String> fact : report.jvm().entrySet()) {
            line("jvm        %s: %s", fact.getKey(), fact.getValue());
        }
        for (String note : report.notes()) {
            line("note       %s", note);
        }
        printRegions();
    }

    private void printNodes() throws IOException {
        for (Node node : report.topology().nodes()) {
            line("node %-5d %s, %s of memory, %s free, distances %s", node.nodeId(),
                    node.hasCpus() ? "CPUs " + CpuList.format(node.cpus()) : "no CPUs",
                    Amounts.bytes(node.totalBytes()), Amounts.bytes(node.freeBytes()), distances(node));
        }
        if (!report.topology().canBalance()) {
            line("           one node has memory: there is nothing to balance");
        }
    }

    private String distances(Node from) {
        Topology topology = report.topology();
        List<String> distances = new ArrayList<>();
        for (Node to : topology.nodes()) {
            distances.add(to.nodeId() + ":" + topology.distance(from.nodeId(), to.nodeId()));
        }
        return String.join(" ", distances);
    }

    private void printSampling() throws IOException {
        if (report.sampling().isEmpty()) {
            line("source     not known");
            return;
        }
        SamplingStatus status = report.sampling().get();
        line("source     %s, %d Hz on each of %d CPUs%s, helper %s, its cost %.1f%% of a CPU", status.source(),
                status.rateHz(), status.cpuCount(),
                status.rateHz() == status.rateAskedHz() ? "" : " (asked: " + status.rateAskedHz() + " Hz)",
                status.version(), status.costPermille() / 10.0);
        for (String why : status.why().lines().toList()) {
            line("           %s", why);
        }
        line("samples    of all processes: %d seen = %d recorded%s%s", status.seen(), status.recorded(), drops(status),
                status.unaccounted() == 0 ? "" : " + " + status.unaccounted() + " under way");
    }

    private static String drops(SamplingStatus status) {
        StringBuilder drops = new StringBuilder();
        status.drops().forEach((name, count) -> drops.append(" + ").append(count).append(' ').append(name));
        return drops.toString();
    }

    private void printTable() throws IOException {
        TableTotals table = report.table();
        line("           of this one: %d recorded, %d refused by a table full of hotter pages", table.recorded(),
                table.dropped());
        line("table      %d pages in %d slots, %d slots replaced", table.pages(), table.slots(), table.replaced());
        line("heat       %.1f decayed samples of the last %.1f s at most", table.accesses(), table.windowNs() / SECOND_NS);
    }

    private void printMigration() throws IOException {
        MigrationTotals migration = report.migration();
        if (migration.asked() == 0) {
            return;
        }
        StringBuilder outcomes = new StringBuilder();
        for (MoveOutcome outcome : MoveOutcome.values()) {
            if (migration.pages(outcome) != 0) {
                outcomes.append(outcomes.length() == 0 ? "" : " + ")
                        .append(migration.pages(outcome)).append(' ').append(outcome.text());
            }
        }
        line("moves      %d pages asked = %s; %s moved in %d rounds", migration.asked(), outcomes,
                Amounts.bytes(migration.movedBytes()), migration.rounds());
    }

    private void printRegions() throws IOException {
        if (report.blocks().isEmpty()) {
            line("regions    none: no samples yet");
            return;
        }
        line("%8s %10s %10s  %-24s %-24s %-35s %s", "share", "accesses", "stalls", "from CPUs of node",
                "memory on node", "addresses", "what");
        double shown = 0;
        for (RegionHeat region : report.regions()) {
            line(REGION_LINE, Amounts.percent(region.share()), region.accesses(), region.stalls(),
                    accessShares(region), memoryShares(region), region.startAddress(), region.endAddress(),
                    Amounts.bytes(region.bytes()), region.label());
            shown += region.accesses();
        }
        printRest(report.table().accesses(), shown);
    }

    /** Whoever prints a report may have cut its list of regions. */
    private void printRest(double accesses, double shown) throws IOException {
        if (accesses - shown >= SHOWN_PRECISION) {
            line("%8s %10.1f %10s  elsewhere", Amounts.percent((accesses - shown) / accesses), accesses - shown, "");
        }
    }

    private static String accessShares(RegionHeat region) {
        List<String> shares = new ArrayList<>();
        for (int nodeId = 0; nodeId < region.accessesByNode().size(); nodeId++) {
            double accesses = region.accessesByNode().get(nodeId);
            if (accesses > 0) {
                shares.add(nodeId + ":" + Amounts.percent(accesses / region.accesses()));
            }
        }
        return shares.isEmpty() ? "-" : String.join(" ", shares);
    }

    private static String memoryShares(RegionHeat region) {
        double bytes = region.bytesByNode().values().stream().mapToLong(Long::longValue).sum();
        List<String> shares = new ArrayList<>();
        region.bytesByNode().forEach((nodeId, there) -> shares.add(nodeId + ":" + Amounts.percent(there / bytes)));
        return shares.isEmpty() ? "-" : String.join(" ", shares);
    }

    private void line(String format, Object... values) throws IOException {
        out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
