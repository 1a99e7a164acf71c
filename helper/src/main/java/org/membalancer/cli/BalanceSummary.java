// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.PrintStream;
import java.util.ArrayList;
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

    private BalanceSummary() {
    }

    /** Prints it: rounds, pages by outcome, accesses before and after, what moving cost. */
    static void print(BalanceSums sums, List<MoveSpeed> speeds, PrintStream out) {
        out.println("rounds " + sums.rounds());
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
        out.println("local accesses " + Amounts.percent(before.get().localShare()) + " before, "
                + Amounts.percent(last.localShare()) + " after");
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
