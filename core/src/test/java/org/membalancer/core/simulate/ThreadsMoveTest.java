// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThreadsMoveTest {
    private static final double MOSTLY = 0.95;

    /** The same accesses by other threads, which were on the other node all the time, are the case without knowledge of threads. */
    @ParameterizedTest
    @EnumSource(names = {"AUTO", "AUTO_IBS", "AUTO_COUNTS", "NUMA"})
    void shouldFollowThreadsInATenthOfTheTimeThatTheCountsTake(Contender contender) {
        Setup moved = Scenario.THREADS_MOVE.on(Scenario.THREADS_MOVE.standardMachine());
        int steps = slowestSteps(moved, contender);
        int stepsByCounts = slowestSteps(byOthers(moved), contender);
        String text = contender.title() + ": " + steps + " steps, by counts alone " + stepsByCounts;
        assertTrue(steps <= 20 && steps * 10 <= stepsByCounts, text);
    }

    /** The most steps after a change of nodes until nearly all accesses are local. */
    private static int slowestSteps(Setup setup, Contender contender) {
        Watch watch = new Watch(contender.placer(SimulationSettings.defaults()));
        Simulation.run(new World(setup.machine(), setup.workload()), watch);
        return watch.slowest;
    }

    private static Setup byOthers(Setup setup) {
        List<Phase> phases = setup.workload().phases().stream().map(phase -> new Phase(phase.steps(),
                phase.streams().stream().map(stream -> new Stream(stream.cpuNodeId(), stream.accessesPerSecond(),
                        stream.pages())).toList())).toList();
        return new Setup(setup.machine(), new Workload(setup.workload().threads(), setup.workload().places(), phases));
    }

    /** Looks over a placer's shoulder. */
    private static final class Watch implements Placer {
        private final Placer placer;
        private int steps;
        private int slowest;
        private boolean isHome;

        Watch(Placer placer) {
            this.placer = placer;
        }

        @Override
        public void phase(World world, int index) {
            placer.phase(world, index);
            steps = 0;
            isHome = false;
        }

        @Override
        public void step(World world, long nowNs) {
            placer.step(world, nowNs);
            steps++;
            if (!isHome) {
                slowest = Math.max(slowest, steps);
                isHome = localShare(world) >= MOSTLY;
            }
        }

        private static double localShare(World world) {
            double local = 0;
            for (int page = 0; page < world.pages(); page++) {
                local += world.rate(world.placeOf(page), page);
            }
            return local / world.phase().accessesPerSecond();
        }
    }
}
