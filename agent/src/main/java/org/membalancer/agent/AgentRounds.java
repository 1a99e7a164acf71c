// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.nio.file.Path;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.balance.Balancer;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.migrate.Executor;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.NumaPolicy;
import org.membalancer.core.policy.WatchOnly;
import org.membalancer.core.report.Report;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.topology.Topology;

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
    private final WatchOnly watchOnly = new WatchOnly();
    private final NumaPolicy numaPolicy;
    private final Balancer balancer;
    private boolean isFinishing;
    private long rounds;

    private AgentRounds(AgentOptions options, ModeSwitch mode, AgentLog log, Doors doors) throws IOException {
        this.options = options;
        this.mode = mode;
        this.log = log;
        this.doors = doors;
        this.geometry = doors.geometry().get();
        this.surroundings = new Surroundings(doors, geometry, log);
        this.obstacles = new Obstacles(doors);
        this.gate = new MoveGate(mode, obstacles.atStart(surroundings.topology(), geometry), log);
        this.link = new HelperLink(doors.helper(), log);
        this.helper = new HelperView(link);
        this.roundLog = new RoundLog(log);
        this.numaPolicy = new NumaPolicy(Pace.policy(options), surroundings.movable());
        this.balancer = new Balancer(new ResidencyReader(doors.mover(), OWN_PROCESS), this::plan,
                new Executor(doors.mover(), OWN_PROCESS, Pace.executor(options), doors.clock()));
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
    int round() {
        long nowNs = doors.clock().nowNs();
        gate.poll();
        if (!link.poll(nowNs)) {
            return 0;
        }
        helper.refresh(nowNs);
        surroundings.refresh(nowNs);
        numaPolicy.movableRanges(surroundings.movable());
        BalanceRound round = look(nowNs);
        rounds++;
        roundLog.note(round);
        return round.pages();
    }

    /** Looks a last time, moving nothing, sums up, and lets go of the helper. */
    void finish() {
        isFinishing = true;
        try (link) {
            if (link.session().isPresent()) {
                look(doors.clock().nowNs());
            }
            helper.ask(doors.clock().nowNs());
            long recorded = link.recorded();
            Report report = new FinalReport(geometry, surroundings, gate, link, helper, balancer).make(mode.mode());
            Summary.log(report, rounds, recorded, options.top(), log);
            options.report().ifPresent(file -> write(file, report));
        }
    }

    private BalanceRound look(long nowNs) {
        BalanceRound round = balancer.round(nowNs, link.session().orElseThrow().heat(), surroundings.topology());
        obstacles.in(round).ifPresent(gate::close);
        return round;
    }

    private MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
        boolean mayMove = gate.isOpen() && !isFinishing;
        return (mayMove ? numaPolicy : watchOnly).plan(nowNs, heat, residency, topology);
    }

    private void write(Path file, Report report) {
        try {
            ReportFile.write(file, report);
            log.change("report written to " + file);
        } catch (IOException e) {
            log.problem("the report cannot be written to " + file + ": " + e);
        }
    }

    private void sayHowHeapWasFound() {
        if (geometry.isMovable() && !geometry.note().isEmpty()) {
            log.change(geometry.note());
        }
    }
}
