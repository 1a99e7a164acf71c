// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.core.sample.RecentRings;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.TargetSpec;

/** The groups of a recording, with rings that are long enough for a recorder that is now and then late. */
final class RecordedGroups implements AutoCloseable {
    /** A recorder that does not run for so long loses nothing. */
    private static final int LATE_SECONDS = 1;
    /** For sources that have no rate: page faults come in bursts. */
    private static final int SLOTS_WITHOUT_RATE = 1 << 18;
    private static final int MIN_SLOTS = 1 << 12;
    /** The helper gives more to root only. A ring of so many goes round in a second where 32 CPUs sample at 997 Hz. */
    private static final int MAX_SLOTS_OF_USERS = 1 << 16;

    private final List<GroupTables> tables;
    private final List<ProcessTable> processes = new ArrayList<>();

    private RecordedGroups(List<GroupTables> tables) {
        this.tables = tables;
    }

    /**
     * Has the helper sample a target, in groups of our own.
     *
     * @throws FailureException when a process is not there
     * @throws IOException when the helper refuses
     */
    static RecordedGroups open(HelperConnection connection, ReportTarget target, SamplingStatus status)
            throws IOException, FailureException {
        RecordedGroups groups =
                new RecordedGroups(TargetGroups.open(connection, target.inOwnGroup(), slots(status)));
        try {
            for (GroupTables group : groups.tables) {
                groups.processes.add(TargetGroups.processes(group));
            }
            return groups;
        } catch (FailureException | RuntimeException e) {
            groups.close();
            throw e;
        }
    }

    private static int slots(SamplingStatus status) throws IOException {
        boolean isRoot = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        return Math.min(isRoot ? TargetSpec.MAX_RECENT_SLOTS : MAX_SLOTS_OF_USERS, neededSlots(status));
    }

    /** Two samples a tick: the soft source yields an access and a stall. */
    static int neededSlots(SamplingStatus status) {
        if (status.rateAskedHz() == 0) {
            return SLOTS_WITHOUT_RATE;
        }
        long samples = 2L * status.rateAskedHz() * status.cpuCount() * LATE_SECONDS;
        return (int) Math.min(TargetSpec.MAX_RECENT_SLOTS, Math.max(MIN_SLOTS, Long.highestOneBit(samples * 2 - 1)));
    }

    /** Opens the rings of recent accesses; what is in them already is passed over. */
    RecentRings rings() throws FailureException {
        List<RecentRing> rings = new ArrayList<>();
        for (GroupTables group : tables) {
            rings.add(Doors.recentRing(group));
        }
        return new RecentRings(rings);
    }

    /** Who is in them, in the order of the rings. */
    List<ProcessTable> processes() {
        return processes;
    }

    /** Bits between an address and its page number. */
    int pageShift() throws FailureException {
        return Doors.heatTable(tables.get(0)).pageShift();
    }

    boolean hasProcesses() {
        return processes.stream().anyMatch(table -> table.aliveCount() > 0);
    }

    @Override
    public void close() {
        tables.forEach(GroupTables::close);
    }
}
