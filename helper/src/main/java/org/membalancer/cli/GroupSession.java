// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.core.topology.Topology;
import org.membalancer.jni.Errno;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.TargetKind;
import org.membalancer.jni.TargetSpec;

/** Several processes being sampled, from which reports are taken. Owned by one thread. */
final class GroupSession implements AutoCloseable {
    private static final Path SYSFS = Path.of("/sys");

    private final ReportTarget target;
    private final HelperConnection connection;
    private final List<Group> groups = new ArrayList<>();

    /** One of the helper's groups. */
    private record Group(GroupTables tables, ProcessTable processes, MemberMemory memory) {

        static Group of(GroupTables tables) throws FailureException {
            return new Group(tables, ProcessTable.over(tables.processes()
                    .orElseThrow(() -> new FailureException("the helper's group has no table of processes"))),
                    new MemberMemory(Doors.heatTable(tables)));
        }
    }

    /** A process with the group whose table has its heat. */
    private record Member(Group group, MemberProcess process) {
    }

    private GroupSession(ReportTarget target, HelperConnection connection) {
        this.target = target;
        this.connection = connection;
    }

    /**
     * Has the helper sample the target.
     *
     * @throws FailureException when a process is not there
     * @throws IOException when the helper refuses
     */
    static GroupSession open(HelperConnection connection, ReportTarget target) throws IOException, FailureException {
        GroupSession session = new GroupSession(target, connection);
        try {
            for (TargetSpec spec : target.specs()) {
                session.open(spec);
            }
            if (target.kind() == TargetKind.SET) {
                session.addAll(target.pids());
            }
            session.members().forEach(member -> member.group.memory.remember(member.process));
            return session;
        } catch (IOException | FailureException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Whether any of the processes is alive. */
    boolean hasProcesses() {
        return members().stream().anyMatch(member -> member.process.isAlive());
    }

    /**
     * Takes a report of what was sampled until now.
     *
     * @param most processes that it has at most
     * @throws IOException when the helper or sysfs cannot be asked
     */
    GroupReport report(int most) throws IOException {
        Topology topology = SysfsTopology.read(SYSFS);
        List<Member> members = members();
        SamplingStatus status = Doors.status(connection); // after the members' counts, which it includes
        List<Member> sampled = members.stream().filter(member -> member.process.recorded() > 0)
                .sorted(Comparator.comparingLong((Member member) -> member.process.recorded()).reversed()).toList();
        List<GroupReport.Entry> entries = new ArrayList<>();
        for (Member member : sampled.subList(0, Math.min(most, sampled.size()))) {
            member.group.memory.remember(member.process);
            entries.add(new GroupReport.Entry(member.process,
                    member.group.memory.report(member.process, topology, status)));
        }
        return new GroupReport(target.text(), entries, sampled.size(),
                (int) members.stream().filter(member -> member.process.isAlive()).count(),
                sampled.stream().mapToLong(member -> member.process.recorded()).sum());
    }

    @Override
    public void close() {
        groups.forEach(group -> group.tables.close());
        groups.clear();
    }

    private void open(TargetSpec spec) throws IOException, FailureException {
        GroupTables tables = asked(spec.tgid(), () -> connection.open(spec));
        try {
            groups.add(Group.of(tables));
        } catch (FailureException | RuntimeException e) {
            tables.close();
            throw e;
        }
    }

    private void addAll(List<Integer> pids) throws IOException, FailureException {
        long groupId = groups.get(0).tables.groupId();
        for (int pid : pids.subList(1, pids.size())) {
            asked(pid, () -> {
                connection.add(groupId, pid);
                return groupId;
            });
        }
    }

    /** What the groups have, a process that is in two of them once. */
    private List<Member> members() {
        List<Member> members = new ArrayList<>();
        Set<Integer> alive = new HashSet<>();
        for (Group group : groups) {
            List<MemberProcess> processes = group.processes.read();
            group.memory.keepOnly(processes.stream().map(MemberProcess::tag).collect(Collectors.toSet()));
            for (MemberProcess process : processes) {
                if (!process.isAlive() || alive.add(process.pid())) {
                    members.add(new Member(group, process));
                }
            }
        }
        return members;
    }

    private interface Question<T> {
        T ask() throws HelperException;
    }

    private static <T> T asked(int pid, Question<T> question) throws HelperException, FailureException {
        try {
            return question.ask();
        } catch (HelperException e) {
            if (pid != 0 && Errno.name(e.errno()).equals("ESRCH")) {
                throw new FailureException("no such process: " + pid, e); // it ended meanwhile
            }
            throw e;
        }
    }
}
