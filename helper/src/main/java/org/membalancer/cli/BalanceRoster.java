// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.membalancer.core.balance.PolicyName;
import org.membalancer.jni.Errno;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.TargetKind;

/** Who is to be balanced: the processes of a target as they come and go, but for those that cannot be. Owned by one thread. */
final class BalanceRoster implements AutoCloseable {
    private final ReportTarget target;
    private final TargetLife life;
    private final List<BalanceGroup> groups = new ArrayList<>();
    private final MemberChoice choice = new MemberChoice(MemberChoice.MOST);
    private final LeftOut leftOut;
    private final Strangers strangers;
    private final PassedOver passedOver = new PassedOver(key -> group(key).recordedOf(key.tag()));
    private final Console console;
    private final ProcessHandle first; // tells a process from a later one of the same id
    private boolean isCrowdSaid;

    private BalanceRoster(ReportTarget target, int helperPid, Console console) {
        this.target = target;
        this.first = target.pids().stream().findFirst().flatMap(ProcessHandle::of).orElse(ProcessHandle.current());
        this.life = TargetLife.of(target);
        this.strangers = new Strangers(
                (int) ProcessHandle.current().pid(), helperPid, ProcessFiles::isKernelThread);
        this.console = console;
        this.leftOut = new LeftOut(console::say);
    }

    /**
     * Has the helper sample a target.
     *
     * @param policy by which it will be balanced
     * @throws FailureException when there is no such process
     * @throws IOException when the helper refuses
     */
    static BalanceRoster open(HelperConnection connection, ReportTarget target, PolicyName policy, Console console)
            throws IOException, FailureException {
        BalanceRoster roster = new BalanceRoster(target, Doors.status(connection).helperPid(), console);
        List<GroupTables> opened = target.isSingle()
                ? List.of(ProcessSession.tables(connection, target.specs().get(0)))
                : TargetGroups.openPermitted(connection, target, roster::refused);
        try {
            for (GroupTables tables : opened) {
                roster.groups.add(target.isSingle()
                        ? BalanceGroup.ofOne(tables, policy.threadHomes())
                        : BalanceGroup.ofSeveral(tables, policy.threadHomes()));
            }
            return roster;
        } catch (FailureException | RuntimeException e) {
            opened.forEach(GroupTables::close);
            throw e;
        }
    }

    /** Whether it is one process, which has no table of processes. */
    boolean isSingle() {
        return target.isSingle();
    }

    List<Long> groupIds() {
        return groups.stream().map(BalanceGroup::groupId).toList();
    }

    BalanceGroup group(MemberKey key) {
        return groups.get(key.group());
    }

    /** A process with the group that it is taken from. */
    Member member(MemberKey key, MemberProcess process) {
        return new Member(key, process, group(key));
    }

    /** One of the processes of a target. */
    record Member(MemberKey key, MemberProcess process, BalanceGroup group) {
    }

    /** The one process, where it is one. */
    MemberProcess theOne() {
        int pid = target.pids().get(0);
        return new MemberProcess(0, pid, 0, true, 0, 0, ProcessFiles.command(pid));
    }

    /** Samples counted so far of those that are balanced, and of those that came since the last look. */
    long recorded() {
        return groups.stream().mapToLong(BalanceGroup::recorded).sum() - passedOver.recorded();
    }

    /** Hands the recent accesses of all processes to who balances their threads. */
    void drain(long nowNs) {
        groups.stream().filter(BalanceGroup::isOfSeveral).forEach(group -> group.accesses().drain(nowNs));
    }

    /** Looks where the threads of all processes run. */
    void lookAtThreads(long nowNs) {
        groups.forEach(group -> group.homes().look(group.threads(), nowNs));
    }

    /**
     * Looks who is there.
     *
     * @param balanced who was balanced until now
     * @return who shall be from now on; a process that is in two groups once
     */
    Map<MemberKey, MemberProcess> look(Set<MemberKey> balanced) {
        Map<MemberKey, MemberProcess> alive = new LinkedHashMap<>();
        Set<MemberKey> seen = new HashSet<>();
        Set<Integer> pids = new HashSet<>();
        for (int group = 0; group < groups.size(); group++) {
            for (MemberProcess process : groups.get(group).read()) {
                MemberKey key = new MemberKey(group, process.tag());
                if (process.isAlive() && seen.add(key) && pids.add(process.pid())) {
                    alive.put(key, process);
                }
            }
        }
        leftOut.keepOnly(alive.keySet());
        strangers.keepOnly(alive.keySet());
        alive.forEach((key, process) -> strangers.of(key, process.pid())
                .ifPresent(why -> leftOut.add(key, process.pid(), why, why.detail())));
        alive.keySet().removeIf(leftOut::has);
        sayIfCrowded(alive.size());
        Map<MemberKey, MemberProcess> chosen = choice.choose(alive, balanced);
        seen.removeAll(chosen.keySet());
        passedOver.become(seen);
        return chosen;
    }

    /** Whether a process is still there. */
    boolean isAlive(MemberKey key) {
        return group(key).isAlive(key.tag());
    }

    /** Leaves a member out for as long as it is there. */
    void leaveOut(MemberKey key, int pid, LeftOut.Why why, String detail) {
        leftOut.add(key, pid, why, detail);
    }

    /** Whether any process is alive that can be balanced, or may come yet. */
    boolean hasProcesses() {
        if (isSingle()) {
            return first.isAlive();
        }
        return life.mayGrow() || hasBalanceable();
    }

    /** A process may be in several groups, and is left out in one of them then: processes are counted, not places. */
    private boolean hasBalanceable() {
        long alive = groups.stream().mapToLong(BalanceGroup::aliveCount).sum();
        long left = leftOut.keys().stream().filter(key -> group(key).isAlive(key.tag())).count();
        if (left == 0 || groups.size() == 1) {
            return alive > left;
        }
        Set<Integer> pids = new HashSet<>();
        groups.forEach(group -> group.read().stream().filter(MemberProcess::isAlive).forEach(p -> pids.add(p.pid())));
        return pids.size() > left;
    }

    /**
     * Requires that there is anything to balance, where none can come.
     *
     * @param hasMembers whether any process is balanced
     */
    void requireAny(boolean hasMembers) throws FailureException {
        if (target.kind() == TargetKind.SET && !hasMembers) {
            throw new FailureException("nothing to do: none of " + target.text() + " can be balanced");
        }
    }

    /** Prints how many were left out and why, if any were. */
    void printLeftOut(PrintStream out) {
        if (leftOut.count() > 0) {
            out.println(leftOut.text());
        }
        long refused = groups.stream().mapToLong(BalanceGroup::refused).sum();
        if (refused > 0) {
            out.println("processes that found no place in the helper's tables " + refused);
        }
    }

    @Override
    public void close() {
        groups.forEach(BalanceGroup::close);
    }

    private void sayIfCrowded(int alive) {
        if (alive > MemberChoice.MOST && !isCrowdSaid) {
            isCrowdSaid = true;
            console.say(alive + " processes: in each round the " + MemberChoice.MOST
                    + " with the most samples of late are balanced");
        }
    }

    private void refused(int pid, HelperException why) {
        boolean hasEnded = Set.of("ESRCH", "ENOENT").contains(Errno.name(why.errno()));
        leftOut.add(pid, hasEnded ? LeftOut.Why.ENDED : LeftOut.Why.NOT_PERMITTED, hasEnded ? LeftOut.Why.ENDED.detail()
                : ProcessFiles.ownersUid(pid).map(uid -> "it belongs to uid " + uid + ": ").orElse("") + why.getMessage());
    }
}
