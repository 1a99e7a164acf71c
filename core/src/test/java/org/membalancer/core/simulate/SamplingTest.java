// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.policy.SampleWorth;

class SamplingTest {
    private static final long EPOCH_NS = 1L << HeatRecorder.EPOCH_SHIFT;

    @ParameterizedTest
    @EnumSource
    void shouldDrawEveryPageAsOftenAsItIsAccessed(Scenario scenario) {
        Setup setup = scenario.on(scenario.standardMachine());
        World world = new World(setup.machine(), setup.workload());
        Phase phase = setup.workload().phases().get(0);
        world.begin(phase);
        int parts = 64;
        double[] drawn = new double[parts];
        double samples = 0;
        Sampler sampler = new Sampler(997, 1);
        for (int step = 0; step < 50; step++) {
            sampler.sample(world, phase, (page, stream) -> drawn[page * parts / Ground.PAGES]++);
        }
        for (double count : drawn) {
            samples += count;
        }
        assertEquals(997 * setup.workload().threads() * 5, samples, 1);
        for (int part = 0; part < parts; part++) {
            double expected = share(world, part, parts) * samples;
            assertEquals(expected, drawn[part], 5 * Math.sqrt(expected + 1), scenario.title() + " part " + part);
        }
    }

    @Test
    void shouldTellPoliciesWhatTheRateMakesOfASample() {
        assertEquals(SampleWorth.unknown(), SimulationSettings.defaults().sampleWorth());
        assertEquals(SampleWorth.measured(10_000_000), SimulationSettings.defaults().withSampleRateHz(100).sampleWorth());
    }

    @Test
    void shouldHalveCountsOncePerEpoch() {
        int pages = 1_009;
        HeatRecorder recorder = new HeatRecorder(pages, 2, 1);
        long nowNs = 1_000 * EPOCH_NS;
        for (int page = 0; page < pages; page++) {
            recorder.now(nowNs);
            for (int i = 0; i < 7; i++) {
                recorder.record(page, 1);
            }
            recorder.now(nowNs + 2 * EPOCH_NS);
            recorder.record(page, 0);
        }
        HeatSnapshot heat = new HeatSnapshot(pages, 2);
        recorder.copyTo(heat, nowNs + 3 * EPOCH_NS, 0);
        assertEquals((7.0 / 4 + 1) / 2 * pages, heat.totalAccesses(), 0.05 * pages);
    }

    @Test
    void shouldSlowDownUnderLoadOnly() {
        Machine machine = Machines.twoSockets();
        assertEquals(Machine.LOCAL_NS, nsPerAccess(machine, 1e6), 0.01);
        assertEquals(2 * Machine.LOCAL_NS, nsPerAccess(machine, 125e6), 0.1 * Machine.LOCAL_NS);
        assertEquals(Machine.waitShare(0.95), Machine.waitShare(0.95 + 1e-9), 1e-6);
    }

    private static double nsPerAccess(Machine machine, double accesses) {
        return machine.accessNsPerSecond(new double[][] {{accesses, 0}, {0, 0}}, new double[2]) / accesses;
    }

    private static double share(World world, int part, int parts) {
        double rate = 0;
        for (int page : pages(part, parts)) {
            for (int nodeId = 0; nodeId < world.machine().nodeIdLimit(); nodeId++) {
                rate += world.rate(nodeId, page);
            }
        }
        return rate / world.phase().accessesPerSecond();
    }

    private static List<Integer> pages(int part, int parts) {
        return java.util.stream.IntStream.range(0, Ground.PAGES).filter(page -> page * parts / Ground.PAGES == part)
                .boxed().toList();
    }
}
