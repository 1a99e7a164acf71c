// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.balance.Locality;
import org.membalancer.core.balance.MemorySenses;
import org.membalancer.core.balance.ProcessBalancer;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.heat.MovedUsers;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.threads.ThreadBalancer;
import org.membalancer.core.threads.ThreadDoor;
import org.membalancer.core.threads.ThreadHomes;
import org.membalancer.core.threads.ThreadRound;

/** One process that is balanced, alone or in turn with others. Owned by one thread. */
final class BalancedMember {
    private final BalanceRoster.Member member;
    private final BalanceParts parts;
    private final Consumer<String> said;
    private final HeatTable table;
    private final BalancedProcess process;
    private final PlacementPolicy policy;
    private final MemorySenses senses;
    private final List<Path> pressure;
    private final ProcessBalancer balancer;
    private final Optional<ThreadBalancer> threads;
    private final ThreadDoor door;
    private final BalanceSums sums = new BalanceSums();
    private final LastSaid trouble;
    private final LastSaid notes;

    /**
     * Prepares to balance a process.
     *
     * @param process what is around it
     * @param said told what it does, a line at a time
     * @throws FailureException when there is nothing to do for what the user chose
     */
    BalancedMember(BalanceRoster.Member member, BalanceParts parts, BalancedProcess process, Consumer<String> said)
            throws FailureException {
        this.member = member;
        this.parts = parts;
        this.said = said;
        this.trouble = new LastSaid(said);
        this.notes = new LastSaid(said);
        this.process = process;
        this.table = member.group().heatOf(tag());
        this.policy = parts.policy(process.memory().ranges());
        this.senses = parts.senses().ofProcess(pid());
        this.pressure = BalanceParts.pressureOf(Integer.toString(pid()));
        this.balancer = new ProcessBalancer(parts.request().policy(), policy, parts.residencyOf(pid()),
                parts.executorOf(pid(), pressure), parts.costs(), parts.worthOf(member), parts.sight());
        this.door = ThreadSession.door(Integer.toString(pid()));
        this.threads = parts.threads().map(session -> session.of(member.group(), tag(), pid()));
    }

    MemberKey key() {
        return member.key();
    }

    int pid() {
        return member.process().pid();
    }

    private int tag() {
        return member.key().tag();
    }

    String command() {
        return member.process().command();
    }

    BalanceSums sums() {
        return sums;
    }

    List<Path> pressure() {
        return pressure;
    }

    /** What the last round did with threads. */
    ThreadRound threads() {
        return balancer.threads();
    }

    /** Has the policy tell about the hottest blocks from now on. */
    void explain(int mostBlocks) {
        policy.explain(mostBlocks);
    }

    /** Says what stays where it is. */
    void sayWhatStays() {
        String stays = process.memory().whatStays();
        if (!stays.isEmpty()) {
            said.accept("stays where it is: " + stays);
        }
    }

    /** Looks, decides and acts once, and says so if something moved or went wrong. */
    BalanceRound round(long nowNs) throws IOException {
        process.refresh(nowNs, parts.room().topology()).filter(line -> !hasEnded()).ifPresent(trouble::say);
        parts.views(pid(), process.views());
        balancer.views(process.views());
        if (parts.request().policy().movesMemory()) {
            senses.inform(policy, process.memory().ranges(), process.topology(), table.weight());
            parts.senses().inform(policy, table.weight());
            balancer.movedUsers(movedUsers());
        }
        parts.claims().exchange(pid(), policy);
        BalanceRound round = balancer.round(nowNs, table, process.topology(), threads, parts.mayMove());
        parts.room().take(round.plan());
        note(round);
        return round;
    }

    /** Which nodes its threads have left; where the table has those of others too, they are asked for only while any has moved. */
    private MovedUsers movedUsers() {
        ThreadHomes homes = member.group().homes();
        return member.group().isOfSeveral() && homes.hasMoved() ? homes.moved(door.threads()) : homes.moved();
    }

    private void note(BalanceRound round) {
        sums.add(round, Locality.of(balancer.heat(), balancer.residency()));
        if (round.hasMoved()) {
            said.accept(round.line());
        } else if (round.residencyErrno() != 0 && !hasEnded()) {
            trouble.say(round.line());
        }
        if (!round.plan().notes().isEmpty()) {
            notes.say(String.join("; ", round.plan().notes()));
        }
        sums.add(balancer.threads());
        if (!balancer.threads().plan().moves().isEmpty()) {
            said.accept(balancer.threads().line());
        }
    }

    /**
     * Gives threads back the affinity they had, and lets go of what others have with it together.
     *
     * @return how many threads have it again
     */
    int leave() throws IOException {
        parts.claims().leave(pid());
        parts.views(pid(), MemoryViews.none());
        if (threads.isEmpty()) {
            return 0;
        }
        if (member.group().isOfSeveral()) {
            member.group().accesses().leave(tag());
        }
        return threads.get().undo();
    }

    /** Whether it ended, maybe in the middle of a round, which is no trouble where there are others. */
    boolean hasEnded() {
        return member.group().isOfSeveral() && !member.group().isAlive(tag());
    }
}
