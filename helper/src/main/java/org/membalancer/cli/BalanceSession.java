// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.balance.ClaimExchange;
import org.membalancer.core.balance.Locality;
import org.membalancer.core.balance.MemoryPolicies;
import org.membalancer.core.balance.MemorySenses;
import org.membalancer.core.balance.OwnMemoryDoor;
import org.membalancer.core.balance.ProbeDoors;
import org.membalancer.core.balance.ProcessBalancer;
import org.membalancer.core.balance.RoundPace;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.migrate.DryRun;
import org.membalancer.core.migrate.Executor;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.migrate.MoveSpeed;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.migrate.PressureFiles;
import org.membalancer.core.migrate.PressureGate;
import org.membalancer.core.policy.LearntMoveCosts;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.threads.ProcThreads;
import org.membalancer.core.threads.ThreadBalancer;
import org.membalancer.core.threads.ThreadRound;
import org.membalancer.jni.Affinity;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.MonotonicClock;
import org.membalancer.jni.PageMoves;
import org.membalancer.jni.PrivateMemory;

/** One process being balanced from outside. Owned by one thread. */
final class BalanceSession implements AutoCloseable {
    private static final Path SYSFS = Path.of("/sys");
    private static final Path PROC = Path.of("/proc");

    private final Console console;
    private final GroupTables tables;
    private final HeatTable table;
    private final BalancedProcess process;
    private final PlacementPolicy policy;
    private final MemorySenses senses;
    private final Optional<ClaimExchange> claims;
    private final boolean movesMemory;
    private final Executor executor;
    private final ProcessBalancer balancer;
    private final Optional<ThreadBalancer> threads;
    private final RoundPace pace;
    private final BalanceSums sums = new BalanceSums();
    private String lastTrouble = "";

    private BalanceSession(HelperConnection connection, BalanceRequest request, GroupTables tables, Console console)
            throws IOException, FailureException {
        this.console = console;
        this.tables = tables;
        this.movesMemory = request.policy().movesMemory();
        this.table = Doors.heatTable(tables);
        this.process = new BalancedProcess(request.pid(), MonotonicClock.nowNs());
        LearntMoveCosts costs = new LearntMoveCosts();
        TierRules tiers = tiers(request, process);
        this.policy = policy(request, tiers, process, costs);
        this.senses = BalanceSenses.of(request, tiers, new ProbeDoors(PageMoves::move,
                new ProcThreads(PROC, "self", Affinity::get, Affinity::set),
                new OwnMemoryDoor(PrivateMemory::map, PrivateMemory::unmap, PrivateMemory::addressOf),
                MonotonicClock::nowNs, PROC, console::say));
        this.claims = request.policy().hasTiers() && !request.isDryRun()
                ? Optional.of(new ClaimExchange(Doors.claims(connection, tables.groupId()))) : Optional.empty();
        this.pace = new RoundPace(request.policy());
        this.executor = new Executor(PageMoves::move, request.pid(), request.pacing().executor(),
                MonotonicClock::nowNs, costs::note);
        this.balancer = new ProcessBalancer(request.policy(), policy,
                new ResidencyReader(PageMoves::move, request.pid()), executor(request), costs);
        this.threads = request.policy().movesThreads()
                ? Optional.of(ThreadSession.open(request, tables, console)) : Optional.empty();
    }

    /**
     * Has the helper sample a process.
     *
     * @throws FailureException when there is no such process, or nothing can be done for it
     * @throws IOException when the helper refuses
     */
    static BalanceSession open(HelperConnection connection, BalanceRequest request, Console console)
            throws IOException, FailureException {
        GroupTables tables = ProcessSession.tables(connection, request.pid());
        try {
            BalanceSession session = new BalanceSession(connection, request, tables, console);
            session.sayWhatStands(request);
            return session;
        } catch (IOException | FailureException | RuntimeException e) {
            tables.close();
            throw e;
        }
    }

    /** Looks, decides and acts once, and says so if something moved or went wrong. */
    BalanceRound round() throws IOException {
        long nowNs = MonotonicClock.nowNs();
        pace.begins(table.recorded());
        process.refresh(nowNs).ifPresent(this::sayOnce);
        if (movesMemory) {
            senses.inform(policy, process.memory().ranges(), process.topology(), table.weight());
        }
        exchangeClaims(nowNs);
        BalanceRound round = balancer.round(nowNs, table, process.topology(), threads, true);
        sums.add(round, Locality.of(balancer.heat(), balancer.residency()));
        if (round.hasMoved()) {
            console.say(round.line());
        } else if (round.residencyErrno() != 0) {
            sayOnce(round.line());
        }
        round.plan().notes().forEach(this::sayOnce);
        sums.add(balancer.threads());
        if (!balancer.threads().plan().moves().isEmpty()) {
            console.say(balancer.threads().line());
        }
        pace.ended(round, MonotonicClock.nowNs());
        return round;
    }

    /** Whether so much is known since the last round that the next one should not wait for its interval. */
    boolean hasNews() {
        return pace.hasNews(MonotonicClock.nowNs(), table.recorded());
    }

    /** Talks to other balancers, whose claims hold on where the helper cannot be asked. */
    private void exchangeClaims(long nowNs) {
        try {
            if (claims.isPresent()) {
                claims.get().exchange(policy, nowNs);
            }
        } catch (IOException e) {
            sayOnce("what others want of the fastest tier is not known: " + e.getMessage());
        }
    }

    /** What the last round did with threads. */
    ThreadRound threads() {
        return balancer.threads();
    }

    /** Has the policy tell about the hottest blocks from now on. */
    void explain(int mostBlocks) {
        policy.explain(mostBlocks);
    }

    /** What all rounds did. */
    BalanceSums sums() {
        return sums;
    }

    /** How fast pages moved. */
    List<MoveSpeed> speeds() {
        return executor.speeds();
    }

    /** Gives threads back the affinity they had, the memory of its senses to the kernel, and the tables to the helper. */
    @Override
    public void close() throws IOException {
        try {
            if (threads.isPresent()) {
                int given = threads.get().undo();
                if (given > 0) {
                    console.say(given + " threads have their former affinity again");
                }
            }
        } finally {
            senses.close();
            tables.close();
        }
    }

    private static TierRules tiers(BalanceRequest request, BalancedProcess process)
            throws IOException, FailureException {
        try {
            return MemoryPolicies.tiers(request.policy(), request.tiers(), SYSFS, process.topology());
        } catch (IllegalArgumentException e) {
            throw new FailureException("--tiers: " + e.getMessage(), e);
        }
    }

    private static PlacementPolicy policy(BalanceRequest request, TierRules tiers, BalancedProcess process,
            LearntMoveCosts costs) throws FailureException {
        try {
            return MemoryPolicies.of(request.policy(), request.pacing().policy(),
                    tiers, process.memory().ranges(), costs);
        } catch (IllegalArgumentException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }

    private PlanExecutor executor(BalanceRequest request) {
        if (request.isDryRun()) {
            return new DryRun(ExecutorSettings.USUAL_PAGE_BYTES);
        }
        PressureFiles pressure = new PressureFiles(
                PressureFiles.of(Path.of("/proc"), Path.of("/sys"), Integer.toString(request.pid())),
                PressureFiles.USUAL_LIMIT_PERCENT);
        pressure.absent().ifPresent(console::say);
        return new PressureGate(executor, pressure, ExecutorSettings.USUAL_PAGE_BYTES, console::say);
    }

    private void sayWhatStands(BalanceRequest request) throws FailureException {
        if (!process.topology().canBalance() && !request.isDryRun()) {
            throw new FailureException("nothing to do: only one node has memory that process " + request.pid()
                    + " may use (--dry-run looks all the same)");
        }
        String stays = process.memory().whatStays();
        if (!stays.isEmpty()) {
            console.say("stays where it is: " + stays);
        }
    }

    private void sayOnce(String trouble) {
        if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            console.say(trouble);
        }
    }
}
