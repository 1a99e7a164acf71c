// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.TableFixture;
import org.membalancer.core.migrate.DryRun;
import org.membalancer.core.migrate.Executor;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.migrate.FakeKernel;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.LearntMoveCosts;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.NumaPolicy;
import org.membalancer.core.policy.NumaPolicySettings;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.SampleWorth;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Two processes whose heat is in one table, on node 1 and used from node 0, balanced in turn. */
class SeveralProcessesTest {
    private static final int NOW_EPOCH = 7;
    private static final long NOW_NS = ((long) NOW_EPOCH << TableFixture.EPOCH_SHIFT) + 1_000_000_000L;
    private static final long MIB = 1 << 20;
    private static final int PAGES = 512;
    private static final int KEY_PAGE_BITS = 44;
    private static final int[] TAGS = {3, 5};
    private static final long[] BASES = {0x7f00_0020_0000L, 0x7f00_4040_0000L};

    private final FakeKernel kernel = new FakeKernel();
    private final LearntMoveCosts costs = new LearntMoveCosts();
    private final Sight sight = new Sight();
    private final HeatTable table = table();
    private final Executor executor =
            new Executor(kernel, 0, new ExecutorSettings(1L << 40, 16_384, 1_000_000_000L), () -> NOW_NS);

    @Test
    void shouldTellTheirHeatApart() {
        List<BalanceRound> rounds = round(machine(64 * MIB), executor::ofProcess);
        rounds.forEach(round -> assertEquals(PAGES, round.pages(), round.line()));
        rounds.forEach(round -> assertEquals(PAGES, round.result().pages(MoveOutcome.MOVED), round.line()));
        assertEquals(0, kernel.placeOf(BASES[0]));
        assertEquals(0, kernel.placeOf(BASES[1]));
    }

    @Test
    void shouldNotFillTheSameFreeMemoryTwice() {
        List<BalanceRound> rounds = round(machine(13 * MIB), executor::ofProcess); // 10 of them stay free
        assertEquals(PAGES, rounds.get(0).result().pages(MoveOutcome.MOVED), rounds.get(0).line());
        assertEquals(PAGES / 2, rounds.get(1).result().pages(MoveOutcome.MOVED), "1 MiB is left: " + rounds.get(1).line());
    }

    @Test
    void shouldShareFreeMemoryInADryRunToo() {
        List<BalanceRound> rounds = round(machine(13 * MIB), pid -> new DryRun(4096));
        long planned = rounds.stream().mapToLong(round -> round.plan().bytes()).sum();
        assertEquals(3 * MIB, planned, "what there is above the headroom");
    }

    @Test
    void shouldTellEachPolicyWhatItsOwnSamplesAreWorth(@TempDir Path proc) throws IOException {
        long[] recorded = {0, 0};
        List<List<SampleWorth>> told = List.of(new ArrayList<>(), new ArrayList<>());
        List<ProcessBalancer> balancers = new ArrayList<>();
        for (int i = 0; i < TAGS.length; i++) {
            int process = i;
            balancers.add(new ProcessBalancer(PolicyName.NUMA, new Listener(told.get(i)),
                    new ResidencyReader(kernel, 0).ofProcess(100 + i), new DryRun(4096), costs,
                    new SampleWorthMeter(new CpuTime(proc.resolve("" + i)), () -> recorded[process]), sight));
            Files.createDirectories(proc.resolve("" + i));
        }
        for (int ticks = 0; ticks <= 100; ticks += 100) {
            for (int i = 0; i < TAGS.length; i++) {
                recorded[i] += ticks * (i + 1);
                Files.writeString(proc.resolve(i + "/stat"), "1 (a) S 1 1 1 0 -1 0 0 0 0 0 " + ticks + " 0");
                oneRound(balancers.get(i), table.ofProcess(TAGS[i]), machine(64 * MIB));
            }
        }
        assertEquals(List.of(SampleWorth.unknown(), SampleWorth.measured(10_000_000)), told.get(0));
        assertEquals(List.of(SampleWorth.unknown(), SampleWorth.measured(5_000_000)), told.get(1));
    }

    /** Notes what a sample is said to be worth. */
    private record Listener(List<SampleWorth> told) implements PlacementPolicy {
        @Override
        public void sampleWorth(SampleWorth worth) {
            told.add(worth);
        }

        @Override
        public MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
            return MigrationPlan.nothing();
        }
    }

    private interface Executors {
        PlanExecutor of(int pid);
    }

    private List<BalanceRound> round(Topology machine, Executors executors) {
        ResidencyReader residency = new ResidencyReader(kernel, 0);
        SharedRoom room = new SharedRoom(machine);
        executor.beginRound();
        List<BalanceRound> rounds = new ArrayList<>();
        for (int i = 0; i < TAGS.length; i++) {
            AddressRange range = new AddressRange(BASES[i], BASES[i] + PAGES * 4096L, "heap");
            ProcessBalancer balancer = new ProcessBalancer(PolicyName.NUMA,
                    new NumaPolicy(NumaPolicySettings.defaults(), List.of(range)), residency.ofProcess(100 + i),
                    executors.of(100 + i), costs,
                    new SampleWorthMeter(new CpuTime(Path.of("no-such-process")), () -> 0), sight);
            rounds.add(oneRound(balancer, table.ofProcess(TAGS[i]), room.topology()));
            room.take(rounds.get(i).plan());
        }
        return rounds;
    }

    private static BalanceRound oneRound(ProcessBalancer balancer, HeatTable heat, Topology topology) {
        try {
            return balancer.round(NOW_NS, heat, topology, Optional.empty(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HeatTable table() {
        TableFixture fixture = TableFixture.of(2048, 2);
        for (int i = 0; i < TAGS.length; i++) {
            kernel.place(BASES[i], PAGES * 4096L, 1);
            for (int page = 0; page < PAGES; page++) {
                long key = (long) TAGS[i] << KEY_PAGE_BITS | (BASES[i] >>> 12) + page;
                fixture.slot(i * PAGES + page, key, NOW_EPOCH, 5);
            }
        }
        return fixture.open();
    }

    private static Topology machine(long freeOnNode0) {
        int[][] distances = {{10, 21}, {21, 10}};
        return new Topology(IntStream.range(0, 2).mapToObj(id -> new Node(id, CpuList.parse(Integer.toString(id)),
                100 * MIB, id == 0 ? freeOnNode0 : 50 * MIB)).toList(), distances);
    }
}
