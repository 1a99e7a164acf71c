// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a policy shall come to in a scenario, next to what it came to. Immutable.
 *
 * @param text what is compared
 * @param value that came out
 * @param most that it may be
 */
public record Aim(String text, double value, double most) {
    private static final double MOST_LATENCY_STATIONARY = 1.05;
    private static final double MOST_LATENCY_MOVING = 1.15;
    private static final double MOST_BYTES = 1.2;
    private static final double MOST_OF_BEST = 1.01;
    private static final double MOST_OF_NONE = 1.04;
    private static final double MOST_MOVED_IN_VAIN = 0.01;
    private static final Set<Contender> NO_RIVALS =
            EnumSet.of(Contender.ORACLE, Contender.AUTO, Contender.AUTO_IBS, Contender.AUTO_COUNTS);

    /**
     * All aims of a policy in a scenario.
     *
     * @param comparison of the scenario, with rows of that policy, {@link Contender#NONE} and whoever is a rival
     * @param ours the policy
     */
    public static List<Aim> of(Scenario scenario, Comparison comparison, Contender ours) {
        List<Aim> aims = new ArrayList<>(ofPlacement(scenario, comparison, ours));
        aims.add(new Aim("latency / best rival's",
                comparison.row(ours).cost().meanLatencyNs() / bestRivalNs(comparison), MOST_OF_BEST));
        return aims;
    }

    /** Those that no other policy but {@link Contender#NONE} is needed for: how near it comes to the best placement. */
    static List<Aim> ofPlacement(Scenario scenario, Comparison comparison, Contender ours) {
        Comparison.Row row = comparison.row(ours);
        return switch (scenario.kind()) {
            case STATIONARY -> List.of(
                    new Aim("latency / oracle's", comparison.latencyRatio(row), MOST_LATENCY_STATIONARY),
                    new Aim("bytes moved / oracle's", comparison.bytesRatio(row).orElseThrow(), MOST_BYTES));
            case MOVING -> List.of(new Aim("latency / oracle's", comparison.latencyRatio(row), MOST_LATENCY_MOVING));
            case UNFIXABLE -> List.of(
                    new Aim("latency / that of none", row.cost().meanLatencyNs()
                            / comparison.row(Contender.NONE).cost().meanLatencyNs(), MOST_OF_NONE),
                    new Aim("bytes moved / all", comparison.movedShare(row), MOST_MOVED_IN_VAIN));
        };
    }

    /** Whether it was reached. */
    public boolean isReached() {
        return value <= most;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %.4f, at most %.2f", text, value, most);
    }

    /** One policy with other senses is no rival: they have not seen the same. */
    private static double bestRivalNs(Comparison comparison) {
        return comparison.rows().stream().filter(row -> !NO_RIVALS.contains(row.contender()))
                .mapToDouble(row -> row.cost().meanLatencyNs()).min().orElseThrow();
    }
}
