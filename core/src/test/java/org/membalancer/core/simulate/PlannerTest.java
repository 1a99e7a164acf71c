// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final int PAGES = 4;
    private static final int PHASES = 3;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 7, 11, 13})
    void shouldFindTheCheapestOfAllSchedules(long seed) {
        Machine machine = Machines.twoSockets();
        Workload workload = randomWorkload(seed);
        double least = Double.POSITIVE_INFINITY;
        for (int bits = 0; bits < 1 << PAGES * PHASES; bits++) {
            least = Math.min(least, costNs(machine, workload, bits));
        }
        assertEquals(least, new Planner(machine, workload).best().costNs(), 1e-9 * least);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 17})
    void shouldKeepTheHottestPagesThatFit(int fastPages) {
        Machine machine = Machines.tiered().withPages(new long[] {fastPages, 100});
        int[] places = new int[31];
        java.util.Arrays.fill(places, 1);
        List<Stream> streams = new ArrayList<>();
        for (int page = 0; page < places.length; page++) {
            streams.add(new Stream(0, 1_000 * (1 + (page * 7) % places.length), UniformPages.of(page, 1)));
        }
        Schedule best = new Planner(machine, new Workload(1, places, List.of(new Phase(100, streams)))).best();
        assertEquals(fastPages, best.mostPages(0));
        for (int page = 0; page < places.length; page++) {
            assertEquals(page * 7 % places.length >= places.length - fastPages, best.place(0, page) == 0, "" + page);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldSpreadWhatOneControllerCannotServe(int nodeId) {
        Machine machine = Machines.twoSockets();
        int[] places = new int[997];
        java.util.Arrays.fill(places, nodeId);
        Stream stream = new Stream(nodeId, 150e6, UniformPages.of(0, places.length));
        Workload workload = new Workload(4, places, List.of(new Phase(100, List.of(stream))));
        Schedule best = new Planner(machine, workload).best();
        double least = Double.POSITIVE_INFINITY;
        for (int away = 0; away <= places.length; away++) {
            double[][] flows = new double[2][2];
            flows[nodeId][1 - nodeId] = 150e6 * away / places.length;
            flows[nodeId][nodeId] = 150e6 - flows[nodeId][1 - nodeId];
            least = Math.min(least, 10 * machine.accessNsPerSecond(flows, new double[2])
                    + away * machine.moveNs(nodeId, 1 - nodeId));
        }
        assertTrue(best.costNs() < 1.001 * least, best.costNs() + " against " + least);
    }

    private static Workload randomWorkload(long seed) {
        SplitMix random = new SplitMix(seed);
        List<Phase> phases = new ArrayList<>();
        for (int phase = 0; phase < PHASES; phase++) {
            List<Stream> streams = new ArrayList<>();
            for (int page = 0; page < PAGES; page++) {
                streams.add(new Stream(0, 300 * random.nextDouble(), UniformPages.of(page, 1)));
                streams.add(new Stream(1, 300 * random.nextDouble(), UniformPages.of(page, 1)));
            }
            phases.add(new Phase(10, streams));
        }
        return new Workload(2, new int[] {0, 1, 0, 1}, phases);
    }

    /** One bit for each page and phase tells its node. */
    private static double costNs(Machine machine, Workload workload, int bits) {
        double costNs = 0;
        for (int page = 0; page < PAGES; page++) {
            int before = workload.places()[page];
            for (int phase = 0; phase < PHASES; phase++) {
                int at = bits >> phase * PAGES + page & 1;
                costNs += at == before ? 0 : machine.moveNs(before, at);
                before = at;
                for (int from = 0; from < 2; from++) {
                    Stream stream = workload.phases().get(phase).streams().get(page * 2 + from);
                    costNs += stream.accessesPerSecond() * machine.idleNs(from, at);
                }
            }
        }
        return costNs;
    }
}
