// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.agent.monitor.Monitors;
import org.membalancer.agent.monitor.RoundFigures;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.balance.CpuTime;
import org.membalancer.core.balance.LatencyProbe;
import org.membalancer.core.balance.MemoryPolicies;
import org.membalancer.core.balance.MemorySenses;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.balance.ProbeDoors;
import org.membalancer.core.balance.ProcessBalancer;
import org.membalancer.core.balance.RoundPace;
import org.membalancer.core.balance.SampleWorthMeter;
import org.membalancer.core.files.FileTrouble;
import org.membalancer.core.migrate.Executor;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.migrate.HelperMover;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.migrate.PlanExecutor;
import org.membalancer.core.migrate.PressureFiles;
import org.membalancer.core.migrate.PressureGate;
import org.membalancer.core.migrate.ViewMover;
import org.membalancer.core.policy.LearntMoveCosts;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.policy.WatchOnly;
import org.membalancer.core.report.Report;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.threads.ThreadBalancer;
import org.membalancer.core.threads.ThreadHomes;

/** The rounds of one agent: look, decide, move, and sum up at the end. Owned by the duty thread. */
final class AgentRounds {
    private static final int OWN_PROCESS = 0;

    private final AgentOptions options;
    private final ModeSwitch mode;
    private final AgentLog log;
    private final Doors doors;
    private final HeapGeometry geometry;
    private final Surroundings surroundings;
    private final Obstacles obstacles;
    private final MoveGate gate;
    private final HelperLink link;
    private final HelperView helper;
    private final RoundLog roundLog;
    private final PlacementPolicy policy;
    private final PageMover mover;
    private final MemorySenses senses;
    private final ProcessBalancer balancer;
    private final RoundPace pace;
    private final PressureFiles pressure;
    private final AgentThreads threads;
    private final ThreadHomes homes;
    private final AgentClaims claims;
    private final ExplainFile explain;
    private final Monitors monitors;
    private boolean isFinishing;
    private long rounds;

    /** What decides, and the tiers that it knows. */
    private record Choice(TierRules tiers, PlacementPolicy policy) {
    }

    private AgentRounds(AgentOptions options, ModeSwitch mode, AgentLog log, Doors doors) throws IOException {
        this.options = options;
        this.mode = mode;
        this.log = log;
        this.doors = doors;
        this.geometry = doors.geometry().get();
        this.surroundings = new Surroundings(doors, geometry, log);
        this.obstacles = new Obstacles(doors);
        this.gate = new MoveGate(mode, obstacles.atStart(surroundings, geometry), log);
        this.link = new HelperLink(doors.helper(), log);
        this.helper = new HelperView(link);
        this.roundLog = new RoundLog(log);
        LearntMoveCosts costs = new LearntMoveCosts();
        Choice choice = choose(costs);
        this.policy = choice.policy;
        this.mover = mover();
        this.senses = new MemorySenses(mover, OWN_PROCESS, choice.tiers, probe());
        this.pace = new RoundPace(options.policy());
        this.pressure = new PressureFiles(
                PressureFiles.of(doors.procRoot(), doors.sysfsRoot(), "self"), PressureFiles.USUAL_LIMIT_PERCENT);
        this.balancer = new ProcessBalancer(options.policy(), policy,
                new ResidencyReader(mover, OWN_PROCESS), executor(costs), costs, worth());
        this.balancer.views(geometry.views());
        this.threads = new AgentThreads(doors, options.policy(), log);
        this.homes = options.policy().threadHomes();
        this.claims = new AgentClaims(options.policy(), log);
        this.explain = new ExplainFile(options.explain(), log);
        this.monitors = Monitors.open(options.hasJmx(), options.hasJfr(),
                module -> ModuleLayer.boot().findModule(module).isPresent(), log::problem);
        policy.explain(explain.isWanted() ? ExplainFile.MOST_BLOCKS : 0);
    }

    /**
     * Looks at machine and JVM and says what was found.
     *
     * @throws AgentException if this machine's topology or this process's mappings cannot be read
     */
    static AgentRounds open(AgentOptions options, ModeSwitch mode, AgentLog log, Doors doors) throws AgentException {
        try {
            AgentRounds opened = new AgentRounds(options, mode, log, doors);
            log.change(JvmFacts.startLine(options, opened.geometry, opened.surroundings.topology()));
            opened.sayHowHeapWasFound();
            opened.saySurroundings();
            options.report().ifPresent(file -> ReportFile.obstacle(file).ifPresent(why ->
                    log.problem("the report cannot be written to " + file + " at the end: " + why)));
            return opened;
        } catch (IOException e) {
            throw new AgentException(e.toString(), e);
        }
    }

    /**
     * Does one round.
     *
     * @return pages with heat; 0 without a helper
     */
    int round() throws IOException {
        long nowNs = doors.clock().nowNs();
        gate.poll();
        if (!link.poll(nowNs)) {
            return 0;
        }
        monitors.begin();
        pace.begins(nowNs, link.session().orElseThrow().heat().recorded());
        helper.refresh(nowNs);
        surroundings.refresh(nowNs);
        if (gate.isOpen() && options.policy().movesMemory()) {
            HelperSession session = link.session().orElseThrow();
            senses.inform(policy, surroundings.movable(), surroundings.topology(), session.heat().weight());
            homes.look(session.threads().threads(), nowNs);
            balancer.movedUsers(homes.moved());
            roundLog.note(homes.moved());
            claims.exchange(policy, session, nowNs);
        } else {
            claims.takeBack(link.session().orElseThrow());
        }
        BalanceRound round = look(nowNs);
        rounds++;
        roundLog.note(round);
        roundLog.note(balancer.threads());
        explain.write(round.plan(), balancer.threads());
        monitors.end(new RoundFigures(
                mode.mode().text(), rounds, round, balancer.threads(), balancer.totals(), gate.obstacles()));
        pace.rested(round);
        pace.ended(doors.clock().nowNs());
        return round.pages();
    }

    /** Tells whether so much is known since this round that the next one should not wait for its interval. */
    Optional<BooleanSupplier> news() {
        return gate.isOpen() && pace.isWanted() ? link.session().map(session ->
                () -> pace.hasNews(doors.clock().nowNs(), session.heat().recorded())) : Optional.empty();
    }

    /** Looks a last time, moving nothing, sums up, and lets go of the helper. */
    void finish() {
        isFinishing = true;
        monitors.close();
        threads.undo();
        try (link; senses) {
            if (link.session().isPresent()) {
                lastLook();
            }
            long recorded = link.recorded(); // before the helper is asked, whose count includes these
            helper.ask(doors.clock().nowNs());
            Report report = new FinalReport(geometry, surroundings, gate, link, helper, balancer).make(mode.mode());
            Summary.log(report, rounds, recorded, options.top(), log);
            options.report().ifPresent(file -> write(file, report));
        }
    }

    private void lastLook() {
        try {
            look(doors.clock().nowNs());
        } catch (IOException e) { // only threads read files, and none moves now
            log.problem("the last look failed: " + e);
        }
    }

    private BalanceRound look(long nowNs) throws IOException {
        boolean mayMove = gate.isOpen() && !isFinishing;
        HelperSession session = link.session().orElseThrow();
        Optional<ThreadBalancer> tuned =
                mayMove ? threads.of(session, surroundings.processId()) : Optional.empty();
        BalanceRound round = balancer.round(nowNs, session.heat(), surroundings.topology(), tuned, mayMove);
        obstacles.in(round, geometry).ifPresent(gate::close);
        return round;
    }

    /** What the user chose; where that makes no sense here, the gate says so and nothing moves. */
    private Choice choose(LearntMoveCosts costs) {
        PolicyName name = options.policy();
        try {
            TierRules tiers = tiers(name);
            return new Choice(tiers, MemoryPolicies.of(
                    name, Pace.of(options).policy(), tiers, surroundings.movable(), costs));
        } catch (IllegalArgumentException e) {
            gate.close(e.getMessage());
            return new Choice(TierRules.none(), new WatchOnly());
        }
    }

    /** Tiers are worth less than the rest: where the machine's cannot be read, memory is balanced without. */
    private TierRules tiers(PolicyName name) {
        try {
            return MemoryPolicies.tiers(name, options.tiers(), doors.sysfsRoot(), surroundings.topology());
        } catch (IOException e) {
            log.problem("the machine's tiers cannot be read, so there are none: " + e.getMessage());
            return TierRules.none();
        }
    }

    /** What is pinned and moved to measure latencies; it is asked only in rounds that may move. */
    private Optional<LatencyProbe> probe() throws IOException {
        return options.policy().mindsLoad() ? Optional.of(LatencyProbe.of(new ProbeDoors(doors.mover(), doors.threads(),
                doors.memory(), doors.clock(), doors.procRoot(), log::problem))) : Optional.empty();
    }

    private SampleWorthMeter worth() {
        return new SampleWorthMeter(new CpuTime(doors.ownProcess()),
                () -> link.session().map(session -> session.heat().recorded()).orElse(0L));
    }

    /** A heap that is mapped several times is moved by the helper, since the kernel wants CAP_SYS_NICE for that. */
    private PageMover mover() {
        HelperMover byHelper = new HelperMover(
                new HeapMoves(link, log), doors.mover(), ExecutorSettings.USUAL_PAGE_BYTES, doors.clock());
        return geometry.views().count() == 0 ? doors.mover()
                : new ViewMover(doors.mover(), byHelper, process -> geometry.views());
    }

    private PlanExecutor executor(LearntMoveCosts costs) {
        return new PressureGate(new Executor(mover, OWN_PROCESS, Pace.of(options).executor(), doors.clock(),
                costs::note), pressure, ExecutorSettings.USUAL_PAGE_BYTES, log::change);
    }

    /** What else moves pages, and what is not watched, where that matters. */
    private void saySurroundings() {
        if (mode.mode() == Mode.BALANCE) {
            pressure.absent().ifPresent(log::change);
        }
        try {
            Path file = doors.procRoot().resolve("sys/kernel/numa_balancing");
            if (mode.mode() == Mode.BALANCE && Files.exists(file) && !Files.readString(file).strip().equals("0")) {
                log.change("the kernel's own NUMA balancing is on (" + file + "): it moves pages at the same time");
            }
        } catch (IOException e) {
            log.problem("whether the kernel balances too cannot be told: " + e);
        }
    }

    private void write(Path file, Report report) {
        try {
            ReportFile.write(file, report);
            log.change("report written to " + file);
        } catch (IOException e) {
            log.problem("the report cannot be written to " + file + ": " + FileTrouble.reason(e));
        }
    }

    private void sayHowHeapWasFound() {
        if (geometry.isMovable() && !geometry.note().isEmpty()) {
            log.change(geometry.note());
        }
    }
}
