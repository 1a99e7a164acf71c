// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.membalancer.core.balance.ClaimBoard;
import org.membalancer.core.balance.CpuTime;
import org.membalancer.core.balance.MemoryPolicies;
import org.membalancer.core.balance.OwnMemoryDoor;
import org.membalancer.core.balance.ProbeDoors;
import org.membalancer.core.balance.SampleWorthMeter;
import org.membalancer.core.balance.SharedRoom;
import org.membalancer.core.balance.Sight;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.migrate.DryRun;
import org.membalancer.core.migrate.Executor;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.migrate.HelperMover;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.migrate.PressureFiles;
import org.membalancer.core.migrate.PressureGate;
import org.membalancer.core.migrate.PressureWatch;
import org.membalancer.core.migrate.ViewMover;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.LearntMoveCosts;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.threads.ProcThreads;
import org.membalancer.core.topology.Topology;
import org.membalancer.jni.Affinity;
import org.membalancer.jni.MonotonicClock;
import org.membalancer.jni.PageMoves;
import org.membalancer.jni.PrivateMemory;

/**
 * What a run of {@code balance} has once, however many processes it balances: pace, room, costs, tiers, latencies, claims,
 * and the watch over memory pressure. Owned by one thread.
 */
final class BalanceParts implements AutoCloseable {
    private static final Path SYSFS = Path.of("/sys");
    private static final Path PROC = Path.of("/proc");
    private static final int NOBODY = 0;

    private final BalanceRequest request;
    private final Console console;
    private final LearntMoveCosts costs = new LearntMoveCosts();
    private final Sight sight = new Sight();
    private final Map<Integer, MemoryViews> viewsByPid = new HashMap<>();
    private final PageMover mover;
    private final ResidencyReader residency;
    private final SharedRoom room;
    private final TierRules tiers;
    private final BalanceSenses senses;
    private final ClaimBoard claims;
    private final Executor executor;
    private final Optional<ThreadSession> threads;
    /* The machine's, and those of the cgroups of processes, by their files. */
    private final Map<Path, PressureWatch> watches = new HashMap<>();

    /**
     * Puts the parts together.
     *
     * @param usable nodes as they are now, for whose tiers rules are made
     * @param claims where other balancers are
     * @param helper moves pages that are mapped several times
     * @throws FailureException when the user's tiers do not fit the machine
     */
    BalanceParts(BalanceRequest request, Topology usable, ClaimBoard claims, HelperMoves helper, Console console)
            throws IOException, FailureException {
        this.request = request;
        this.console = console;
        this.claims = claims;
        this.mover = new ViewMover(PageMoves::move,
                new HelperMover(helper, PageMoves::move, ExecutorSettings.USUAL_PAGE_BYTES, MonotonicClock::nowNs),
                pid -> viewsByPid.getOrDefault(pid, MemoryViews.none()));
        this.residency = new ResidencyReader(mover, NOBODY);
        this.room = new SharedRoom(usable);
        this.tiers = tiers(request, usable);
        policy(List.of()); // says here, rather than for each process, that there is nothing to do
        this.executor = new Executor(
                mover, NOBODY, request.pacing().executor(), MonotonicClock::nowNs, costs::note);
        this.threads = request.policy().movesThreads()
                ? Optional.of(ThreadSession.open(request, console)) : Optional.empty();
        /* Last of what can fail: it has something to give back. */
        this.senses = BalanceSenses.open(request, tiers, new ProbeDoors(mover,
                new ProcThreads(PROC, "self", Affinity::get, Affinity::set),
                new OwnMemoryDoor(PrivateMemory::map, PrivateMemory::unmap, PrivateMemory::addressOf),
                MonotonicClock::nowNs, PROC, console::say));
        if (!request.isDryRun()) {
            new PressureFiles(pressureOf("self"), PressureFiles.USUAL_LIMIT_PERCENT).absent().ifPresent(console::say);
        }
    }

    BalanceRequest request() {
        return request;
    }

    LearntMoveCosts costs() {
        return costs;
    }

    Sight sight() {
        return sight;
    }

    SharedRoom room() {
        return room;
    }

    BalanceSenses senses() {
        return senses;
    }

    ClaimBoard claims() {
        return claims;
    }

    Executor executor() {
        return executor;
    }

    Optional<ThreadSession> threads() {
        return threads;
    }

    /** Notes through which views a process has its heap; none: once, or the process has left. */
    void views(int pid, MemoryViews views) {
        if (views.count() == 0) {
            viewsByPid.remove(pid);
        } else {
            viewsByPid.put(pid, views);
        }
    }

    ResidencyReader residencyOf(int pid) {
        return residency.ofProcess(pid);
    }

    /** What measures what a sample of a process is worth: by its own samples, not those of its group. */
    SampleWorthMeter worthOf(BalanceRoster.Member member) {
        return new SampleWorthMeter(new CpuTime(PROC.resolve(Integer.toString(member.process().pid()))),
                () -> member.group().recordedOf(member.key().tag()));
    }

    /**
     * Begins a round of all processes.
     *
     * @throws IOException when the load of the CPUs cannot be read
     */
    void begin(Topology machine) throws IOException {
        room.begin(machine);
        executor.beginRound();
        senses.begin(machine);
        if (threads.isPresent()) {
            threads.get().begin();
        }
    }

    /** Whether the round has anything left for a plan; a single process has it all. */
    boolean mayMove() {
        return request.isDryRun() || request.target().isSingle() || executor.hasLeft();
    }

    /**
     * A policy for the memory of one process.
     *
     * @throws FailureException when there is nothing to do for what the user chose
     */
    PlacementPolicy policy(List<AddressRange> movable) throws FailureException {
        try {
            return MemoryPolicies.of(request.policy(), request.pacing().policy(), tiers, movable, costs);
        } catch (IllegalArgumentException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }

    /**
     * What carries out the plans for one process.
     *
     * @param pressure files that say when it must wait
     */
    PlanExecutor executorOf(int pid, List<Path> pressure) {
        if (request.isDryRun()) {
            return new DryRun(ExecutorSettings.USUAL_PAGE_BYTES);
        }
        List<PressureWatch> watched = pressure.stream().map(file -> watches.computeIfAbsent(file,
                added -> new PressureWatch(
                        new PressureFiles(List.of(added), PressureFiles.USUAL_LIMIT_PERCENT), console::say))).toList();
        return new PressureGate(executor.ofProcess(pid), watched, ExecutorSettings.USUAL_PAGE_BYTES);
    }

    /** The files that say when moves of a process must wait: the machine's and its cgroup's. */
    static List<Path> pressureOf(String process) {
        return PressureFiles.of(PROC, SYSFS, process);
    }

    /** Forgets the cgroups that no process is in any more. */
    void keepPressure(Set<Path> files) {
        watches.keySet().retainAll(files);
    }

    @Override
    public void close() {
        senses.close();
    }

    private static TierRules tiers(BalanceRequest request, Topology usable) throws IOException, FailureException {
        try {
            return MemoryPolicies.tiers(request.policy(), request.tiers(), SYSFS, usable);
        } catch (IllegalArgumentException e) {
            throw new FailureException("--tiers: " + e.getMessage(), e);
        }
    }
}
