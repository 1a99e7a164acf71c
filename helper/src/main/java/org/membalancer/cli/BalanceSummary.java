// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.membalancer.core.balance.Locality;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.migrate.MoveSpeed;
import org.membalancer.core.report.Amounts;
import org.membalancer.core.threads.ThreadOutcome;

/** Prints what a run of {@code balance} did. Stateless. */
final class BalanceSummary {
    private static final double MIB = 1 << 20;
    private static final int MOST_PROCESSES = 10;

    private BalanceSummary() {
    }

    /** Prints it: rounds, pages by outcome, accesses before and after, what moving cost. */
    static void print(long rounds, BalanceSums sums, List<MoveSpeed> speeds, PrintStream out) {
        out.println("rounds " + rounds);
        out.println(pages(sums.totals()));
        if (!sums.threads().isEmpty()) {
            out.println(threads(sums.threads()));
        }
        printAccesses(sums, out);
        out.println(cost(sums.totals()));
        for (MoveSpeed speed : speeds) {
            out.printf(Locale.ROOT, "  node %d to %d, %s pages: %s at %.0f MiB/s%n", speed.fromNodeId(),
                    speed.toNodeId(), speed.isHuge() ? "huge" : "base", Amounts.bytes(speed.bytes()),
                    speed.bytesPerSecond() / MIB);
        }
    }

    /** Prints a line for each of the processes that were moved most. */
    static void printProcesses(RunSums sums, Collection<BalancedMember> members, PrintStream out) {
        out.println("processes balanced " + sums.joinedCount()
                + (sums.leftCount() > 0 ? ", no more at the end " + sums.leftCount() : ""));
        List<RunSums.OfProcess> most = sums.mostImportant(members, MOST_PROCESSES);
        most.forEach(of -> out.println(line(of)));
        if (sums.joinedCount() > most.size()) {
            out.println("  and " + (sums.joinedCount() - most.size()) + " more");
        }
    }

    private static String line(RunSums.OfProcess of) {
        MigrationTotals totals = of.sums().totals();
        List<String> parts = new ArrayList<>(List.of(pages(totals)));
        if (!of.sums().threads().isEmpty()) {
            parts.add(threads(of.sums().threads()));
        }
        parts.add(of.sums().before().isEmpty() ? "no sample" : localAccesses(of.sums()));
        if (totals.movedBytes() > 0) {
            parts.add("moved " + Amounts.bytes(totals.movedBytes()));
        }
        return "  process " + of.pid() + " (" + of.command() + ")" + (of.isBalanced() ? "" : ", no more at the end")
                + ": " + String.join(", ", parts);
    }

    private static String localAccesses(BalanceSums sums) {
        return "local accesses " + Amounts.percent(sums.before().orElseThrow().localShare()) + " before, "
                + Amounts.percent(sums.after().orElseThrow().localShare()) + " after";
    }

    /** Every page in one outcome: the numbers add up. */
    static String pages(MigrationTotals totals) {
        List<String> outcomes = new ArrayList<>();
        for (MoveOutcome outcome : MoveOutcome.values()) {
            if (totals.pages(outcome) > 0) {
                outcomes.add(totals.pages(outcome) + " " + outcome.text());
            }
        }
        return "pages asked to move " + totals.asked()
                + (outcomes.isEmpty() ? "" : " = " + String.join(" + ", outcomes));
    }

    /** Every thread in one outcome, each time that it was to be pinned. */
    static String threads(Map<ThreadOutcome, Integer> outcomes) {
        int asked = outcomes.values().stream().mapToInt(Integer::intValue).sum();
        return "threads asked to move " + asked + " = " + outcomes.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey().text()).collect(Collectors.joining(" + "));
    }

    private static void printAccesses(BalanceSums sums, PrintStream out) {
        Optional<Locality> before = sums.before();
        if (before.isEmpty()) {
            out.println("accesses: no sample");
            return;
        }
        Locality last = sums.after().orElseThrow();
        out.println(localAccesses(sums));
        for (int nodeId = 0; nodeId < last.byMemoryNode().size(); nodeId++) {
            if (before.get().share(nodeId) > 0 || last.share(nodeId) > 0) {
                out.println("  to memory of node " + nodeId + ": " + Amounts.percent(before.get().share(nodeId))
                        + " before, " + Amounts.percent(last.share(nodeId)) + " after");
            }
        }
    }

    private static String cost(MigrationTotals totals) {
        return String.format(Locale.ROOT, "moved %s in %d ms and %d calls", Amounts.bytes(totals.movedBytes()),
                totals.elapsedNs() / 1_000_000, totals.calls());
    }
}
