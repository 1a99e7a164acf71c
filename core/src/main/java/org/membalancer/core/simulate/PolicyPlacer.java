// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.balance.RoundPace;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.residency.PlaceWindow;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.threads.ThreadHomes;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Tiers;
import org.membalancer.core.topology.Topology;

/**
 * Runs a real policy as the agent does: samples become heat, and at the start, once a second, and as soon as {@link RoundPace}
 * sees news the policy sees heat, residency and free memory, and an executor of bounded pace does what it plans. Looking,
 * deciding and moving take no time here, so that a round can begin in any step.
 */
final class PolicyPlacer implements Placer {
    /** Virtual address of the first page, on a 2 MiB boundary. */
    static final long BASE_ADDRESS = 0x7f12_3440_0000L;

    private static final double PROBE_ERROR = 0.03;
    private static final double CYCLES_PER_NS = 3;
    private static final long PROBE_SEED = 31;
    private static final long FIRST_THREAD_KEY = 1L << 32;
    private static final long ROUND_NS = 1_000_000_000L;

    private final BiFunction<Topology, List<AddressRange>, PlacementPolicy> maker;
    private final SimulationSettings settings;
    private final Senses senses;
    private final Sampler sampler;
    private final SplitMix probe;
    private final RoundPace pace = new RoundPace(PolicyName.AUTO);
    private final ThreadHomes homes = PolicyName.AUTO.threadHomes();
    private PlacementPolicy policy;
    private HeatRecorder recorder;
    private HeatRecorder threads;
    private HeatSnapshot heat;
    private HeatSnapshot threadHeat;
    private Residency residency;
    private Optional<PlaceWindow> window = Optional.empty();
    private long recorded;
    private long roundNs;
    private double tokenPages;

    PolicyPlacer(BiFunction<Topology, List<AddressRange>, PlacementPolicy> maker, Senses senses,
            SimulationSettings settings) {
        this.senses = senses;
        this.maker = maker;
        this.settings = settings;
        this.probe = new SplitMix(settings.seed() * PROBE_SEED);
        this.sampler = new Sampler(settings.sampleRateHz(), settings.seed());
    }

    @Override
    public void phase(World world, int index) {
        if (index == 0) {
            long endAddress = BASE_ADDRESS + (long) world.pages() * Machine.PAGE_BYTES;
            policy = maker.apply(world.topology(), List.of(new AddressRange(BASE_ADDRESS, endAddress, "all")));
            policy.sampleWorth(settings.sampleWorth());
            recorder = new HeatRecorder(world.pages(), world.machine().nodeIdLimit(), ~settings.seed(),
                    senses == Senses.SAMPLED_LATENCY);
            int threadLimit = world.workload().crewLimit() * Ground.THREADS;
            threads = new HeatRecorder(threadLimit, world.machine().nodeIdLimit(), settings.seed());
            threadHeat = new HeatSnapshot(threadLimit, world.machine().nodeIdLimit());
            heat = new HeatSnapshot(world.pages(), world.machine().nodeIdLimit());
            residency = new Residency(world.pages());
            window = TierRules.of(Tiers.byDistance(world.topology())).canMove()
                    ? Optional.of(new PlaceWindow(world.pages())) : Optional.empty();
        }
    }

    @Override
    public void step(World world, long nowNs) {
        if (roundNs == 0) {
            tokenPages = pagesIn(ROUND_NS);
            round(world, nowNs - World.STEP_NS);
        }
        recorder.now(nowNs - 1);
        threads.now(nowNs - 1);
        if (senses == Senses.SAMPLED_LATENCY) {
            sampleLatencies(world);
        } else {
            sampler.sample(world, world.phase(), this::record);
        }
        tokenPages = Math.min(pagesIn(ROUND_NS), tokenPages + pagesIn(World.STEP_NS));
        if (nowNs - roundNs >= ROUND_NS || pace.hasNews(nowNs, recorded)) {
            round(world, nowNs);
        }
    }

    private void record(int page, Stream stream) {
        recorded++;
        recorder.record(page, stream.cpuNodeId());
        recordThread(stream);
    }

    /** A crew's threads are sampled alike. */
    private void recordThread(Stream stream) {
        threads.record(stream.crew() * Ground.THREADS + (int) (recorded % Ground.THREADS), stream.cpuNodeId());
    }

    /** What may be moved in so much time. */
    private double pagesIn(long ns) {
        return (double) settings.moveBytesPerSecond() / Machine.PAGE_BYTES * ns / ROUND_NS;
    }

    private void sampleLatencies(World world) {
        double[][] latenciesNs = world.latenciesNs();
        double perThreadAndNs = world.phase().accessesPerSecond() / world.workload().threads() / 1e9;
        sampler.sample(world, world.phase(), (page, stream) -> {
            double latencyNs = latenciesNs[stream.cpuNodeId()][world.placeOf(page)];
            recorded++;
            recordThread(stream);
            /* Little's law: what a thread has outstanding is its rate times the latency. */
            recorder.record(page, stream.cpuNodeId(), exponential(latencyNs) * CYCLES_PER_NS, perThreadAndNs * latencyNs);
        });
    }

    /** Single accesses spread far around their mean: half of it is fixed, the rest is chance. */
    private double exponential(double meanNs) {
        return meanNs / 2 * (1 - Math.log(1 - probe.nextDouble()));
    }

    private void round(World world, long nowNs) {
        roundNs = nowNs;
        pace.begins(nowNs, recorded);
        recorder.copyTo(heat, nowNs, BASE_ADDRESS >>> HeatRecorder.PAGE_SHIFT);
        threads.copyTo(threadHeat, nowNs, FIRST_THREAD_KEY);
        homes.note(threadHeat);
        heat.movedUsers(homes.moved());
        residency.begin(heat.pageCount());
        for (int i = 0; i < heat.pageCount(); i++) {
            residency.set(i, world.placeOf(pageOf(heat.pageAddress(i))));
        }
        inform(world);
        for (BlockMove move : policy.plan(nowNs, heat, residency, world.topology()).moves()) {
            carryOut(world, move);
        }
        pace.rested(heat.totalAccesses(), 0);
        pace.ended(nowNs);
    }

    /** What an agent knows beside samples: where pages lie, if there are tiers, and what its probe measures. */
    private void inform(World world) {
        if (window.isPresent()) {
            walk(world, window.get());
            policy.placeWindow(window.get());
        }
        if (senses == Senses.PROBE) {
            policy.latencies(probe(world));
        }
    }

    private static void walk(World world, PlaceWindow window) {
        window.begin(true);
        for (int page = 0; page < world.pages(); page++) {
            window.add(BASE_ADDRESS + (long) page * Machine.PAGE_BYTES, world.placeOf(page));
        }
        window.end(BASE_ADDRESS + (long) world.pages() * Machine.PAGE_BYTES, true);
    }

    private NodeLatencies probe(World world) {
        double[][] latencies = world.latenciesNs();
        for (double[] ofNode : latencies) {
            for (int nodeId = 0; nodeId < ofNode.length; nodeId++) {
                ofNode[nodeId] *= 1 + PROBE_ERROR * (2 * probe.nextDouble() - 1);
            }
        }
        return NodeLatencies.of(latencies);
    }

    private void carryOut(World world, BlockMove move) {
        int first = pageOf(move.startAddress());
        int end = pageOf(move.startAddress() + move.bytes());
        for (int page = first; page < end && tokenPages >= 1; page++) {
            tokenPages -= world.move(page, move.toNodeId()) ? 1 : 0;
        }
    }

    private static int pageOf(long address) {
        return (int) (address - BASE_ADDRESS >>> HeatRecorder.PAGE_SHIFT);
    }
}
