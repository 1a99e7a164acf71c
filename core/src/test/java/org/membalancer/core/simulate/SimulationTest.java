// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    private static final SimulationSettings SETTINGS = SimulationSettings.defaults();

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameResultForTheSameSeed(Contender contender) {
        assertEquals(run(Scenario.PRODUCER_CONSUMER, contender, SETTINGS),
                run(Scenario.PRODUCER_CONSUMER, contender, SETTINGS));
    }

    @ParameterizedTest
    @EnumSource(names = {"PROTOTYPE_FIXED", "NUMA"})
    void shouldDrawOtherSamplesForAnotherSeed(Contender contender) {
        assertNotEquals(run(Scenario.ZIPF, contender, SETTINGS), run(Scenario.ZIPF, contender, SETTINGS.withSeed(2)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldLoseNothingAndNotBeatTheOracle(Scenario scenario) {
        Setup setup = scenario.on(scenario.standardMachine());
        Cost best = run(setup, Contender.ORACLE);
        Stream.of(Contender.values()).filter(contender -> contender != Contender.NUMA && contender != Contender.AUTO_COUNTS).forEach(contender -> {
            double ratio = run(setup, contender).meanLatencyNs() / best.meanLatencyNs();
            /* Those that place before the run do so for free; the oracle pays for its moves. */
            assertTrue(ratio > 0.99, scenario.title() + " " + contender.title() + " " + ratio);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"ZIPF", "HOT_SET", "SCAN_HOT", "PRODUCER_CONSUMER"})
    void shouldComeNearTheOracleWhereTheBestPlacementStays(Scenario scenario) {
        Comparison comparison = Comparison.of(scenario, scenario.standardMachine(),
                List.of(Contender.NUMA), SETTINGS);
        Comparison.Row numa = comparison.rows().get(0);
        assertTrue(comparison.latencyRatio(numa) <= 1.05, scenario.title() + " " + comparison.latencyRatio(numa));
        double bytes = comparison.bytesRatio(numa).orElseThrow();
        assertTrue(bytes <= 1.2, scenario.title() + " " + bytes);
    }

    @ParameterizedTest
    @EnumSource
    void shouldReachWhatAPolicyShould(Scenario scenario) {
        List<Contender> ours = List.of(Contender.AUTO, Contender.AUTO_IBS);
        Comparison comparison = Comparison.of(scenario, scenario.standardMachine(), ours, SETTINGS);
        double most = scenario.kind() == Scenario.Kind.MOVING ? 1.15 : 1.05;
        for (Comparison.Row row : comparison.rows()) {
            String what = scenario.title() + " " + row.contender().title();
            assertTrue(comparison.latencyRatio(row) <= most, what + " " + comparison.latencyRatio(row));
            if (scenario.kind() == Scenario.Kind.STATIONARY) {
                double bytes = comparison.bytesRatio(row).orElseThrow();
                assertTrue(bytes <= 1.2, what + " " + bytes);
            }
            if (scenario.kind() == Scenario.Kind.UNFIXABLE) {
                assertTrue(comparison.movedShare(row) <= 0.01, what + " moved " + comparison.movedShare(row));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PHASES", "GC"})
    void shouldFollowWhatMoves(Scenario scenario) {
        double best = run(scenario, Contender.ORACLE, SETTINGS).meanLatencyNs();
        double ratio = run(scenario, Contender.NUMA, SETTINGS).meanLatencyNs() / best;
        assertTrue(ratio <= 1.15, scenario.title() + " " + ratio);
    }

    @ParameterizedTest
    @EnumSource(names = {"NUMA", "PROTOTYPE"})
    void shouldMoveNextToNothingWhereNothingHelps(Contender contender) {
        Cost none = run(Scenario.UNFIXABLE, Contender.NONE, SETTINGS);
        Cost cost = run(Scenario.UNFIXABLE, contender, SETTINGS);
        assertTrue(cost.movedPages() <= Ground.PAGES / 100, "moved " + cost.movedPages());
        assertTrue(cost.meanLatencyNs() <= 1.04 * none.meanLatencyNs(), "" + cost.meanLatencyNs());
    }

    @ParameterizedTest
    @EnumSource(names = {"PROTOTYPE", "PROTOTYPE_FIXED", "AUTONUMA"})
    void shouldMovePagesToThoseWhoUseThemMost(Contender contender) {
        Cost none = run(Scenario.ZIPF, Contender.NONE, SETTINGS);
        Cost cost = run(Scenario.ZIPF, contender, SETTINGS);
        assertTrue(cost.movedPages() > 0 && cost.meanLatencyNs() < 0.95 * none.meanLatencyNs(),
                contender.title() + " " + cost);
    }


    @ParameterizedTest
    @EnumSource(names = {"TPP", "MEMTIS"})
    void shouldExchangeColdPagesOfAFullTierForHotOnes(Contender contender) {
        Setup setup = Scenario.SMALL_FAST_TIER.on(Scenario.SMALL_FAST_TIER.standardMachine());
        World world = Simulation.run(new World(setup.machine(), setup.workload()), contender.placer(SETTINGS));
        double fast = 0;
        for (int page = 0; page < world.pages(); page++) {
            fast += world.placeOf(page) == 0 ? world.rate(0, page) : 0;
        }
        double share = fast / world.phase().accessesPerSecond();
        assertTrue(share > 0.2, contender.title() + " serves " + share + " from the fast tier, at first 0.0125");
    }

    private static Cost run(Scenario scenario, Contender contender, SimulationSettings settings) {
        return Simulation.run(scenario, scenario.standardMachine(), contender, settings);
    }

    /** Runs and checks that every page lies somewhere, where it fits, and every access was counted. */
    private static Cost run(Setup setup, Contender contender) {
        World world = Simulation.run(new World(setup.machine(), setup.workload()), contender.placer(SETTINGS));
        double accesses = setup.workload().phases().stream()
                .mapToDouble(phase -> phase.accessesPerSecond() * phase.steps() * World.STEP_SECONDS).sum();
        assertEquals(accesses, world.cost().accesses(), 1e-6 * accesses, contender.title());
        assertFits(world, contender);
        return world.cost();
    }

    private static void assertFits(World world, Contender contender) {
        long[] pages = new long[world.machine().nodeIdLimit()];
        for (int page = 0; page < world.pages(); page++) {
            pages[world.placeOf(page)]++;
        }
        for (int nodeId = 0; nodeId < pages.length; nodeId++) {
            assertEquals(world.machine().capacityPages(nodeId), pages[nodeId] + world.freePages(nodeId),
                    contender.title() + " node " + nodeId);
            assertTrue(world.freePages(nodeId) >= 0, contender.title() + " node " + nodeId);
        }
    }
}
