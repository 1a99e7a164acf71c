// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.report.RegionHeat;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.SamplingStatus;

/** The lines at exit: samples, moves, hottest regions. Stateless. */
final class Summary {
    private static final double MIB = 1 << 20;
    private static final double PERCENT = 100;

    private Summary() {
    }

    /**
     * Logs a summary.
     *
     * @param rounds of looking at the heat table
     * @param recorded samples of this JVM in all tables so far
     * @param top regions to name
     */
    static void log(Report report, long rounds, long recorded, int top, AgentLog log) {
        log.change("summary: " + rounds + " rounds, " + recorded + " samples of this JVM recorded");
        report.sampling().ifPresent(s -> log.change("summary: " + samples(s)));
        log.change("summary: " + moves(report.migration()));
        report.regions().stream().limit(top).forEach(r -> log.change("summary: " + region(r)));
    }

    /** Every sample in one outcome, so that a reader can add them up. */
    static String samples(SamplingStatus status) {
        StringBuilder line = new StringBuilder("the helper, all processes since it started: ")
                .append(status.seen()).append(" samples seen = ").append(status.recorded()).append(" recorded");
        status.drops().forEach((reason, count) -> line.append(" + ").append(count).append(' ').append(reason));
        if (status.unaccounted() != 0) {
            line.append(" + ").append(status.unaccounted()).append(" under way");
        }
        return line.toString();
    }

    /** Every page in one outcome. */
    static String moves(MigrationTotals totals) {
        return totals.asked() == 0
                ? "no page was asked to move"
                : String.format(Locale.ROOT, "%d pages asked to move: %s (%.1f MiB)", totals.asked(),
                        RoundLog.outcomes(totals.outcomes()), totals.movedBytes() / MIB);
    }

    /** Where one region lies, who uses it, and how much. */
    static String region(RegionHeat region) {
        return String.format(Locale.ROOT, "%2.0f %% of accesses to 0x%x-0x%x (%.1f MiB, %s), from nodes %s, lies on %s",
                PERCENT * region.share(), region.startAddress(), region.endAddress(), region.bytes() / MIB,
                region.label(), users(region.accessesByNode()), places(region.bytesByNode()));
    }

    private static String users(List<Double> accessesByNode) {
        double all = accessesByNode.stream().mapToDouble(Double::doubleValue).sum();
        List<String> users = new ArrayList<>();
        for (int nodeId = 0; nodeId < accessesByNode.size(); nodeId++) {
            if (accessesByNode.get(nodeId) > 0) {
                users.add(String.format(Locale.ROOT, "%d (%.0f %%)", nodeId,
                        PERCENT * accessesByNode.get(nodeId) / all));
            }
        }
        return users.isEmpty() ? "none known" : String.join(" ", users);
    }

    private static String places(Map<Integer, Long> bytesByNode) {
        return bytesByNode.isEmpty() ? "no known node" : bytesByNode.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%d (%.1f MiB)", e.getKey(), e.getValue() / MIB))
                .collect(Collectors.joining(" "));
    }
}
