// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.membalancer.jni.Errno;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.TargetKind;
import org.membalancer.jni.TargetSpec;

/** Has the helper sample what a target names, in groups of our own. */
final class TargetGroups {
    private TargetGroups() {
    }

    /**
     * Opens the groups that a target needs, each with a table of processes.
     *
     * @param recentSlots places of each ring of recent accesses; 0: as many as usual
     * @return to be closed by the caller
     * @throws FailureException when a process is not there
     * @throws IOException when the helper refuses
     */
    static List<GroupTables> open(HelperConnection connection, ReportTarget target, int recentSlots)
            throws IOException, FailureException {
        List<GroupTables> groups = new ArrayList<>();
        try {
            for (TargetSpec spec : target.specs()) {
                groups.add(asked(spec.tgid(), false, () -> connection.open(spec.withRecentSlots(recentSlots))));
            }
            if (target.kind() == TargetKind.SET) {
                addAll(connection, groups.get(0).groupId(), target.pids());
            }
            return groups;
        } catch (IOException | FailureException | RuntimeException e) {
            groups.forEach(GroupTables::close);
            throw e;
        }
    }

    /**
     * Opens the groups that a target needs; of processes that are named one by one, those that the helper gives.
     *
     * @param refused told of each that it does not give
     * @return to be closed by the caller
     * @throws FailureException when a process is not there
     * @throws IOException when the helper refuses all
     */
    static List<GroupTables> openPermitted(HelperConnection connection, ReportTarget target, Refused refused)
            throws IOException, FailureException {
        if (target.kind() != TargetKind.SET) {
            return open(connection, target, 0);
        }
        GrowingSet set = new GrowingSet(connection, target::filtered, refused);
        target.pids().forEach(set::add);
        return List.of(set.tables());
    }

    /** Hears of processes that the helper does not give. */
    interface Refused {

        /** Takes one, with the helper's reason. */
        void refused(int pid, HelperException why);
    }

    /** Opens the table of processes of such a group. */
    static ProcessTable processes(GroupTables tables) throws FailureException {
        return ProcessTable.over(tables.processes()
                .orElseThrow(() -> new FailureException("the helper's group has no table of processes")));
    }

    private static void addAll(HelperConnection connection, long groupId, List<Integer> pids)
            throws IOException, FailureException {
        for (int pid : pids.subList(1, pids.size())) {
            asked(pid, true, () -> {
                connection.add(groupId, pid);
                return groupId;
            });
        }
    }

    private interface Question<T> {
        T ask() throws HelperException;
    }

    private static <T> T asked(int pid, boolean isAdded, Question<T> question)
            throws HelperException, FailureException {
        try {
            return question.ask();
        } catch (HelperException e) {
            if (pid != 0 && Errno.name(e.errno()).equals("ESRCH")) {
                throw new FailureException("no such process: " + pid, e); // it ended meanwhile
            }
            if (isAdded && Errno.name(e.errno()).equals("ENOENT")) {
                throw new FailureException("process " + pid + " cannot be added: those named before it have ended", e);
            }
            throw e;
        }
    }
}
