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
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;

/** Several processes being sampled, from which reports are taken. Owned by one thread. */
final class GroupSession implements AutoCloseable {
    private static final Path SYSFS = Path.of("/sys");

    private final ReportTarget target;
    private final HelperConnection connection;
    private final List<GroupTables> tables;
    private final TargetLife life;
    private final List<Group> groups = new ArrayList<>();

    /** One of the helper's groups. */
    private record Group(ProcessTable processes, MemberMemory memory) {

        static Group of(GroupTables tables) throws FailureException {
            return new Group(TargetGroups.processes(tables), new MemberMemory(Doors.heatTable(tables)));
        }
    }

    /** A process with the group whose table has its heat. */
    private record Member(Group group, MemberProcess process) {
    }

    private GroupSession(ReportTarget target, HelperConnection connection, List<GroupTables> tables) {
        this.target = target;
        this.connection = connection;
        this.tables = tables;
        this.life = TargetLife.of(target);
    }

    /**
     * Has the helper sample the target.
     *
     * @throws FailureException when a process is not there
     * @throws IOException when the helper refuses
     */
    static GroupSession open(HelperConnection connection, ReportTarget target) throws IOException, FailureException {
        GroupSession session = new GroupSession(target, connection, TargetGroups.open(connection, target, 0));
        try {
            for (GroupTables group : session.tables) {
                session.groups.add(Group.of(group));
            }
            session.members().forEach(member -> member.group.memory.remember(member.process));
            return session;
        } catch (FailureException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Whether any of the processes is alive, or may come yet. */
    boolean hasProcesses() {
        return groups.stream().anyMatch(group -> group.processes.aliveCount() > 0) || life.mayGrow();
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
                sampled.stream().mapToLong(member -> member.process.recorded()).sum(), List.of());
    }

    @Override
    public void close() {
        tables.forEach(GroupTables::close);
        groups.clear();
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
}
