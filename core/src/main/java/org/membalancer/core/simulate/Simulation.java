// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;

/**
 * Runs policies on a machine under a workload in virtual time. The same seed gives the same result, to the last bit.
 *
 * <p>The accesses do not depend on the policy, as in a trace: a slow placement makes the same accesses wait longer.
 */
public final class Simulation {
    private static final long START_NS = 1_000_000_000_000L;

    private Simulation() {
    }

    /**
     * Runs one contender through a whole scenario.
     *
     * @throws IllegalArgumentException if the scenario needs nodes that the machine does not have
     */
    public static Cost run(Scenario scenario, Machine machine, Contender contender, SimulationSettings settings) {
        return run(scenario.on(machine), contender, settings);
    }

    /** Runs one contender through a workload. */
    static Cost run(Setup setup, Contender contender, SimulationSettings settings) {
        return run(new World(setup.machine(), setup.workload()), contender.placer(settings)).cost();
    }

    /** Runs a placer to the end of a world's workload; returns the world. */
    static World run(World world, Placer placer) {
        long nowNs = START_NS;
        List<Phase> phases = world.workload().phases();
        for (int index = 0; index < phases.size(); index++) {
            world.begin(phases.get(index));
            placer.phase(world, index);
            for (int step = 0; step < phases.get(index).steps(); step++) {
                world.pass();
                nowNs += World.STEP_NS;
                placer.step(world, nowNs);
            }
        }
        return world;
    }
}
