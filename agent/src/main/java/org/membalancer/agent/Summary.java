// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.report.RegionHeat;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.SamplingStatus;

/** The lines at exit: samples, moves, hottest regions. Stateless. */
final class Summary {
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
        double stalls = report.regions().stream().mapToDouble(RegionHeat::stalls).sum();
        report.regions().stream().limit(top).forEach(r -> log.change("summary: " + region(r, stalls)));
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
                : totals.asked() + " pages asked to move: " + RoundLog.outcomes(totals.outcomes()) + " ("
                        + ByteText.of(totals.movedBytes()) + ")";
    }

    /**
     * Where one region lies, who uses it, and how much.
     *
     * @param stalls of all regions
     */
    static String region(RegionHeat region, double stalls) {
        String stallText =
                stalls > 0 ? " and " + ByteText.percent(region.stalls() / stalls) + " of stalls" : "";
        return ByteText.percent(region.share()) + " of accesses" + stallText
                + " to 0x" + Long.toHexString(region.startAddress())
                + "-0x" + Long.toHexString(region.endAddress())
                + " (" + ByteText.of(region.bytes()) + ", " + region.label() + "), from nodes "
                + users(region.accessesByNode()) + ", lies on " + places(region.bytesByNode());
    }

    private static String users(List<Double> accessesByNode) {
        double all = accessesByNode.stream().mapToDouble(Double::doubleValue).sum();
        List<String> users = new ArrayList<>();
        for (int nodeId = 0; nodeId < accessesByNode.size(); nodeId++) {
            if (accessesByNode.get(nodeId) > 0) {
                users.add(nodeId + " (" + ByteText.percent(accessesByNode.get(nodeId) / all) + ")");
            }
        }
        return users.isEmpty() ? "none known" : String.join(" ", users);
    }

    private static String places(Map<Integer, Long> bytesByNode) {
        return bytesByNode.isEmpty() ? "no known node" : bytesByNode.entrySet().stream()
                .map(e -> e.getKey() + " (" + ByteText.of(e.getValue()) + ")")
                .collect(Collectors.joining(" "));
    }
}
