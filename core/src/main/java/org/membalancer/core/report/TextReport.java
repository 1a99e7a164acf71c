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
    private static final double MIB = 1 << 20;
    private static final double PERCENT = 100;
    private static final String REGION_FORMAT = "%7s %9s %7s  %-20s %-20s %10s  %-27s %s%n";

    private final Report report;
    private final Appendable out;

    private TextReport(Report report, Appendable out) {
        this.report = report;
        this.out = out;
    }

    /**
     * Writes a report: nodes, source, samples, then the hottest regions.
     *
     * @throws IOException from {@code out}
     */
    public static void print(Report report, Appendable out) throws IOException {
        new TextReport(report, out).print();
    }

    private void print() throws IOException {
        line("process %d", report.pid());
        printNodes(report.topology());
        if (report.sampling().isPresent()) {
            printSampling(report.sampling().get());
        }
        printTable(report.table());
        for (Map.Entry<String, String> fact : report.jvm().entrySet()) {
            line("%s: %s", fact.getKey(), fact.getValue());
        }
        printMigration(report.migration());
        for (String note : report.notes()) {
            line("note: %s", note);
        }
        printRegions();
    }

    private void printNodes(Topology topology) throws IOException {
        for (Node node : topology.nodes()) {
            List<String> distances = new ArrayList<>();
            for (Node to : topology.nodes()) {
                distances.add(String.valueOf(topology.distance(node.nodeId(), to.nodeId())));
            }
            line("node %d: %s, %.0f MiB, %.0f MiB free, distances %s", node.nodeId(),
                    node.hasCpus() ? "CPUs " + CpuList.format(node.cpus()) : "memory only", node.totalBytes() / MIB,
                    node.freeBytes() / MIB, String.join(" ", distances));
        }
        if (!topology.canBalance()) {
            line("one node with memory: there is nothing to balance");
        }
    }

    private void printSampling(SamplingStatus status) throws IOException {
        line("source %s, %d Hz on %d CPUs", status.source(), status.rateHz(), status.cpuCount());
        for (String reason : status.why().split("\n")) {
            line("  %s", reason);
        }
        StringBuilder samples = new StringBuilder();
        samples.append(status.seen()).append(" seen = ").append(status.recorded()).append(" recorded");
        status.drops().forEach((name, count) -> samples.append(" + ").append(count).append(' ').append(name));
        if (status.unaccounted() != 0) {
            samples.append(" + ").append(status.unaccounted()).append(" under way");
        }
        line("samples of all processes: %s", samples);
    }

    private void printTable(TableTotals table) throws IOException {
        line("samples of this process: %d recorded, %d dropped because hotter pages filled the table", table.recorded(),
                table.dropped());
        line("heat: %d pages in %d slots, %.0f accesses (decayed)", table.pages(), table.slots(), table.accesses());
    }

    private void printMigration(MigrationTotals totals) throws IOException {
        if (totals.asked() == 0) {
            return;
        }
        StringBuilder outcomes = new StringBuilder();
        for (MoveOutcome outcome : MoveOutcome.values()) {
            if (totals.pages(outcome) != 0) {
                outcomes.append(outcomes.length() == 0 ? "" : " + ").append(totals.pages(outcome)).append(' ')
                        .append(outcome.text());
            }
        }
        line("pages asked to move: %d = %s", totals.asked(), outcomes);
    }

    private void printRegions() throws IOException {
        if (report.regions().isEmpty()) {
            line("no page has samples");
            return;
        }
        line("hottest regions:");
        out.append(String.format(Locale.ROOT, REGION_FORMAT, "share", "accesses", "stalls", "accessed from node",
                "lies on node", "size", "addresses", "mapping"));
        for (RegionHeat region : report.regions()) {
            out.append(String.format(Locale.ROOT, REGION_FORMAT, percent(region.share()),
                    String.format(Locale.ROOT, "%.0f", region.accesses()),
                    String.format(Locale.ROOT, "%.0f", region.stalls()), users(region.accessesByNode()),
                    places(region.bytesByNode()), String.format(Locale.ROOT, "%.1f MiB", region.bytes() / MIB),
                    String.format(Locale.ROOT, "%x-%x", region.startAddress(), region.endAddress()),
                    region.label()));
        }
    }

    private static String users(List<Double> accessesByNode) {
        double all = accessesByNode.stream().mapToDouble(Double::doubleValue).sum();
        List<String> users = new ArrayList<>();
        for (int nodeId = 0; nodeId < accessesByNode.size(); nodeId++) {
            if (accessesByNode.get(nodeId) > 0) {
                users.add(nodeId + ": " + percent(accessesByNode.get(nodeId) / all));
            }
        }
        return users.isEmpty() ? "-" : String.join(", ", users);
    }

    private static String places(Map<Integer, Long> bytesByNode) {
        double all = bytesByNode.values().stream().mapToLong(Long::longValue).sum();
        List<String> places = new ArrayList<>();
        bytesByNode.forEach((nodeId, bytes) -> places.add(nodeId + ": " + percent(bytes / all)));
        return places.isEmpty() ? "-" : String.join(", ", places);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", PERCENT * share);
    }

    private void line(String format, Object... arguments) throws IOException {
        out.append(String.format(Locale.ROOT, format + "%n", arguments));
    }
}
