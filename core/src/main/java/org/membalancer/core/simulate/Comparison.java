// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.membalancer.core.clock.Clock;

/**
 * How contenders did with one workload, next to the best possible. Immutable.
 *
 * @param title of the workload, as users write it
 * @param text what happens in it
 * @param kind of scenario, or {@code trace}
 * @param pages of the workload
 * @param best what the oracle's run has cost
 * @param rows one per contender, in the order asked for
 */
public record Comparison(String title, String text, String kind, int pages, Cost best, List<Row> rows) {

    /**
     * How one contender did.
     *
     * @param contender who
     * @param cost of its run
     * @param elapsedNs how long the run took, by the clock that was given; 0: not measured
     */
    public record Row(Contender contender, Cost cost, long elapsedNs) {
    }

    /** Copies the list. */
    public Comparison {
        rows = List.copyOf(rows);
    }

    /**
     * Runs the oracle and each contender.
     *
     * @throws IllegalArgumentException if the scenario needs nodes that the machine does not have
     */
    public static Comparison of(
            Scenario scenario, Machine machine, List<Contender> contenders, SimulationSettings settings) {
        return of(scenario.title(), scenario.text(), scenario.kind().name().toLowerCase(Locale.ROOT),
                scenario.on(machine), contenders, settings, () -> 0);
    }

    /** Runs the oracle and each contender through a trace, and measures how long each takes. */
    public static Comparison of(String title, TraceSetup trace, List<Contender> contenders,
            SimulationSettings settings, Clock clock) {
        String text = String.format(Locale.ROOT, "%d samples in %.1f s, %d others skipped, %d MiB", trace.samples(),
                trace.seconds(), trace.skippedSamples(), (long) trace.pages() * Machine.PAGE_BYTES >> 20);
        return of(title, text, "trace", trace.setup(), contenders, settings, clock);
    }

    private static Comparison of(String title, String text, String kind, Setup setup, List<Contender> contenders,
            SimulationSettings settings, Clock clock) {
        Row best = run(setup, Contender.ORACLE, settings, clock);
        List<Row> rows = contenders.stream().map(contender ->
                contender == Contender.ORACLE ? best : run(setup, contender, settings, clock)).toList();
        return new Comparison(title, text, kind, setup.workload().pages(), best.cost(), rows);
    }

    private static Row run(Setup setup, Contender contender, SimulationSettings settings, Clock clock) {
        long startNs = clock.nowNs();
        Cost cost = Simulation.run(setup, contender, settings);
        return new Row(contender, cost, clock.nowNs() - startNs);
    }

    /**
     * How that contender did.
     *
     * @throws IllegalArgumentException if it was not among those that were asked for
     */
    public Row row(Contender contender) {
        return rows.stream().filter(row -> row.contender() == contender).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(title + " was not run with " + contender.title()));
    }

    /** Mean latency in units of the oracle's. */
    public double latencyRatio(Row row) {
        return row.cost().meanLatencyNs() / best.meanLatencyNs();
    }

    /** Bytes moved in units of the oracle's; empty where that moves nothing. */
    public OptionalDouble bytesRatio(Row row) {
        return best.movedPages() == 0 ? OptionalDouble.empty()
                : OptionalDouble.of((double) row.cost().movedPages() / best.movedPages());
    }

    /** Bytes moved as a share of the working set; above 1 where pages moved more than once. */
    public double movedShare(Row row) {
        return (double) row.cost().movedPages() / pages;
    }
}
