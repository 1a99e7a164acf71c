// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    private static final SimulationSettings SETTINGS = SimulationSettings.defaults();
    /** Where the rules for nodes alone are enough. */
    private static final Set<Scenario> WITHOUT_LOAD_AND_TIERS = EnumSet.of(Scenario.ZIPF, Scenario.HOT_SET,
            Scenario.SCAN_HOT, Scenario.PRODUCER_CONSUMER, Scenario.PHASES, Scenario.THREADS_MOVE, Scenario.GC,
            Scenario.UNFIXABLE);

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

    /** One run of each contender serves all that is asked of it: the runs are what takes time. */
    @ParameterizedTest
    @EnumSource
    void shouldReachTheAimsWithNothingLostAndTheOracleUnbeaten(Scenario scenario) {
        Comparison comparison = compare(scenario);
        for (Comparison.Row row : comparison.rows()) {
            /* Those that place before the run do so for free; the oracle pays for its moves. */
            assertTrue(comparison.latencyRatio(row) > 0.99, scenario.title() + " " + row);
        }
        assertReached(scenario, Contender.AUTO, Aim.of(scenario, comparison, Contender.AUTO));
        assertReached(scenario, Contender.AUTO_IBS, Aim.of(scenario, comparison, Contender.AUTO_IBS));
        if (WITHOUT_LOAD_AND_TIERS.contains(scenario)) {
            assertReached(scenario, Contender.NUMA, Aim.ofPlacement(scenario, comparison, Contender.NUMA));
        }
        if (scenario.kind() == Scenario.Kind.UNFIXABLE) {
            assertReached(scenario, Contender.PROTOTYPE, Aim.ofPlacement(scenario, comparison, Contender.PROTOTYPE));
        }
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

    private static Comparison compare(Scenario scenario) {
        Setup setup = scenario.on(scenario.standardMachine());
        List<Comparison.Row> rows = Stream.of(Contender.values())
                .filter(contender -> contender != Contender.AUTO_COUNTS)
                .map(contender -> new Comparison.Row(contender, run(setup, contender), 0)).toList();
        Cost best = rows.stream().filter(row -> row.contender() == Contender.ORACLE).findFirst().orElseThrow().cost();
        return new Comparison(
                scenario.title(), scenario.text(), "scenario", setup.workload().pages(), best, rows);
    }

    private static void assertReached(Scenario scenario, Contender contender, List<Aim> aims) {
        assertFalse(aims.isEmpty(), scenario.title());
        for (Aim aim : aims) {
            assertTrue(aim.isReached(), scenario.title() + " " + contender.title() + " " + aim);
        }
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
