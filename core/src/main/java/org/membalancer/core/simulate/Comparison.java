// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How contenders did in one scenario, next to the best possible. Immutable.
 *
 * @param scenario in which they ran
 * @param best what the oracle's run has cost
 * @param rows one per contender, in the order asked for
 */
public record Comparison(Scenario scenario, Cost best, List<Row> rows) {

    /**
     * How one contender did.
     *
     * @param contender who
     * @param cost of its run
     */
    public record Row(Contender contender, Cost cost) {
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
        Cost best = Simulation.run(scenario, machine, Contender.ORACLE, settings);
        return new Comparison(scenario, best, contenders.stream().map(contender -> new Row(contender,
                contender == Contender.ORACLE ? best : Simulation.run(scenario, machine, contender, settings)))
                .toList());
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
        return (double) row.cost().movedPages() / Ground.PAGES;
    }
}
