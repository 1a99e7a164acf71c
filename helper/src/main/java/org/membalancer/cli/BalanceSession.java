// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.balance.ClaimBoard;
import org.membalancer.core.balance.RoundPace;
import org.membalancer.core.migrate.Errno;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.topology.Topology;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.MonotonicClock;

/** Processes being balanced from outside, in turn. Owned by one thread. */
final class BalanceSession implements AutoCloseable {
    private static final Path SYSFS = Path.of("/sys");
    private static final MemberKey THE_ONE = new MemberKey(0, 0);

    private final BalanceRequest request;
    private final Console console;
    private final BalanceRoster roster;
    private final MachineNodes machine;
    private final BalanceParts parts;
    private final Map<MemberKey, BalancedMember> members = new LinkedHashMap<>();
    private final RunSums sums = new RunSums();
    private final RoundPace pace;
    private final LastSaid claimTrouble;
    private final LastSaid loadTrouble;
    private final LastSaid newcomerTrouble;
    private int mostBlocks;

    private BalanceSession(BalanceRequest request, BalanceRoster roster, MachineNodes machine, BalanceParts parts,
            Console console) {
        this.request = request;
        this.roster = roster;
        this.machine = machine;
        this.parts = parts;
        this.console = console;
        this.pace = new RoundPace(request.policy());
        this.claimTrouble = new LastSaid(console::say);
        this.loadTrouble = new LastSaid(console::say);
        this.newcomerTrouble = new LastSaid(console::say);
    }

    /**
     * Has the helper sample the processes.
     *
     * @throws FailureException when there is no such process, or nothing can be done for any
     * @throws IOException when the helper refuses
     */
    static BalanceSession open(HelperConnection connection, BalanceRequest request, Console console)
            throws IOException, FailureException {
        BalanceRoster roster = BalanceRoster.open(connection, request.target(), request.policy(), console);
        try {
            boolean tellsOthers = request.policy().hasTiers() && !request.isDryRun();
            ClaimBoard claims = new ClaimBoard(tellsOthers
                    ? Optional.of(Doors.claims(connection, roster.groupIds())) : Optional.empty());
            return open(request, roster, claims, Doors.moves(connection, console::say), console);
        } catch (IOException | FailureException | RuntimeException e) {
            roster.close();
            throw e;
        }
    }

    private static BalanceSession open(BalanceRequest request, BalanceRoster roster, ClaimBoard claims,
            HelperMoves moves, Console console) throws IOException, FailureException {
        MachineNodes machine = MachineNodes.open(SYSFS, console::say);
        Optional<BalancedProcess> only = request.target().isSingle() ? Optional.of(new BalancedProcess(
                request.target().pids().get(0), MonotonicClock.nowNs(), machine.last())) : Optional.empty();
        Topology usable = only.map(BalancedProcess::topology).orElse(machine.last());
        BalanceParts parts = new BalanceParts(request, usable, claims, moves, console);
        try {
            BalanceSession session = new BalanceSession(request, roster, machine, parts, console);
            session.begin(usable, only);
            return session;
        } catch (FailureException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private void begin(Topology usable, Optional<BalancedProcess> only) throws FailureException {
        if (only.isPresent()) {
            requireNodes(usable, "process " + request.target().pids().get(0) + " may use");
            add(new BalancedMember(roster.member(THE_ONE, roster.theOne()), parts, only.get(), console::say));
            members.get(THE_ONE).sayWhatStays();
        } else {
            requireNodes(usable, "may be used");
            look(MonotonicClock.nowNs());
        }
        roster.requireAny(!members.isEmpty());
    }

    /** One round of all processes, each of which is explained. */
    void round(Explainer explainer) throws IOException, FailureException {
        long nowNs = MonotonicClock.nowNs();
        look(nowNs);
        pace.begins(nowNs, roster.recorded());
        beginParts();
        if (request.policy().movesThreads()) {
            roster.drain(nowNs);
        }
        if (request.policy().movesMemory()) {
            roster.lookAtThreads(nowNs);
        }
        exchangeClaims(nowNs);
        for (BalancedMember member : inTurn()) {
            BalanceRound round = member.round(MonotonicClock.nowNs());
            explainer.explain(roster.isSingle() ? OptionalInt.empty() : OptionalInt.of(member.pid()), round.plan(),
                    member.threads());
            leaveOutIfRefused(member, round);
            pace.rested(round);
        }
        sums.addRound();
        pace.ended(MonotonicClock.nowNs());
    }

    /** Whether so much is known since the last round that the next one should not wait for its interval. */
    boolean hasNews() {
        return pace.hasNews(MonotonicClock.nowNs(), roster.recorded());
    }

    /** Whether any of the processes is alive, or may come yet. */
    boolean hasProcesses() {
        return roster.hasProcesses();
    }

    /** Has policies tell about the hottest blocks from now on. */
    void explain(int most) {
        mostBlocks = most;
        members.values().forEach(member -> member.explain(most));
    }

    /** Prints what all rounds did; who ended since the last one is let go of before. */
    void printSummary(PrintStream out) {
        for (BalancedMember member : List.copyOf(members.values())) {
            if (member.hasEnded()) {
                remove(member);
            }
        }
        BalanceSummary.print(sums.rounds(), sums.whole(members.values()), parts.executor().speeds(), out);
        if (!roster.isSingle()) {
            BalanceSummary.printProcesses(sums, members.values(), out);
            roster.printLeftOut(out);
        }
    }

    /** Gives threads back the affinity they had, the memory of its senses to the kernel, and the tables to the helper. */
    @Override
    public void close() throws IOException {
        Departures departures = new Departures();
        try {
            members.values().forEach(member -> departures.leave(member::leave));
            if (departures.threadCount() > 0) {
                console.say(departures.threadCount() + " threads have their former affinity again");
            }
            departures.requireNone();
        } finally {
            parts.close();
            roster.close();
        }
    }

    /** Takes in processes that came, and lets go of those that ended. */
    private void look(long nowNs) throws FailureException {
        if (roster.isSingle()) {
            return;
        }
        Map<MemberKey, MemberProcess> chosen = roster.look(members.keySet());
        for (BalancedMember member : List.copyOf(members.values())) {
            if (!chosen.containsKey(member.key())) {
                remove(member);
            }
        }
        for (Map.Entry<MemberKey, MemberProcess> entry : chosen.entrySet()) {
            if (!members.containsKey(entry.getKey())) {
                takeIn(entry.getKey(), entry.getValue(), nowNs);
            }
        }
        parts.keepPressure(members.values().stream().flatMap(member -> member.pressure().stream())
                .collect(Collectors.toSet()));
    }

    private void takeIn(MemberKey key, MemberProcess found, long nowNs) throws FailureException {
        try {
            BalancedProcess process = new BalancedProcess(found.pid(), nowNs, parts.room().topology());
            if (!request.isDryRun() && request.policy().movesMemory() && !process.topology().canBalance()) {
                roster.leaveOut(key, found.pid(), LeftOut.Why.ONE_NODE, LeftOut.Why.ONE_NODE.detail());
                return;
            }
            add(new BalancedMember(roster.member(key, found), parts, process,
                    line -> console.say("process " + found.pid() + ": " + line)));
        } catch (AccessDeniedException e) {
            roster.leaveOut(key, found.pid(), LeftOut.Why.NOT_PERMITTED, "not permitted: " + e.getMessage());
        } catch (FailureException | IOException e) { // mostly it ended meanwhile; if not, the next round tries again
            if (roster.isAlive(key)) {
                newcomerTrouble.say("process " + found.pid() + " cannot be balanced yet: " + e.getMessage());
            }
        }
    }

    private void add(BalancedMember member) {
        members.put(member.key(), member);
        member.explain(mostBlocks);
        sums.joined();
    }

    private void remove(BalancedMember member) {
        members.remove(member.key());
        sums.left(member);
        try {
            member.leave();
        } catch (IOException e) {
            console.say("process " + member.pid() + " is balanced no more, but the list of threads that must get their"
                    + " affinity back still has its own: " + e);
        }
    }

    /** A process that the kernel does not let us move is left to itself; the others go on. */
    private void leaveOutIfRefused(BalancedMember member, BalanceRound round) {
        boolean isRefused = round.residencyErrno() == Errno.EPERM || round.result().failedErrno() == Errno.EPERM;
        if (isRefused && !roster.isSingle()) {
            roster.leaveOut(member.key(), member.pid(), LeftOut.Why.NOT_PERMITTED,
                    "not permitted: move_pages answers EPERM");
            remove(member);
        }
    }

    /** Each round begins with another process, so that none has the budget first for long. */
    private List<BalancedMember> inTurn() {
        List<BalancedMember> turn = new ArrayList<>(members.values());
        Collections.rotate(turn, turn.isEmpty() ? 0 : (int) -(sums.rounds() % turn.size()));
        return turn;
    }

    /** Talks to other balancers, whose claims hold on where the helper cannot be asked. */
    private void exchangeClaims(long nowNs) {
        try {
            parts.claims().exchange(nowNs);
        } catch (IOException e) {
            claimTrouble.say("claims to the fastest tier are not exchanged with other balancers: " + e.getMessage());
        }
    }

    /** The load of the CPUs, which is looked at last, holds on where it cannot be read. */
    private void beginParts() {
        try {
            parts.begin(machine.look());
        } catch (IOException e) {
            loadTrouble.say("how busy the CPUs are cannot be read, going on with what they were: " + e);
        }
    }

    private void requireNodes(Topology usable, String who) throws FailureException {
        if (!usable.canBalance() && !request.isDryRun()) {
            throw new FailureException(
                    "nothing to do: only one node has memory that " + who + " (--dry-run looks all the same)");
        }
    }
}
