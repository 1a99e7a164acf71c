// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.TargetSpec;

/** Opens a group whose ring of recent accesses is long enough for a recorder that is now and then late. */
final class RecordedGroup {
    /** A recorder that does not run for so long loses nothing. */
    private static final int LATE_SECONDS = 1;
    /** For sources that have no rate: page faults come in bursts. */
    private static final int SLOTS_WITHOUT_RATE = 1 << 18;

    private RecordedGroup() {
    }

    /**
     * Has the helper sample a process: in the group that everybody shares if its ring is long enough, else in one of our
     * own.
     */
    static GroupTables open(HelperConnection connection, int pid, SamplingStatus status)
            throws IOException, FailureException {
        GroupTables shared = connection.open(TargetSpec.process(pid));
        int needed = neededSlots(status);
        if (Doors.recentRing(shared).slotCount() >= needed) {
            return shared;
        }
        shared.close();
        return connection.open(TargetSpec.set(pid).withRecentSlots(needed));
    }

    /** Two samples a tick: the soft source yields an access and a stall. */
    static int neededSlots(SamplingStatus status) {
        if (status.rateAskedHz() == 0) {
            return SLOTS_WITHOUT_RATE;
        }
        long samples = 2L * status.rateAskedHz() * status.cpuCount() * LATE_SECONDS;
        return (int) Math.min(TargetSpec.MAX_RECENT_SLOTS, Math.max(1, Long.highestOneBit(samples * 2 - 1)));
    }
}
