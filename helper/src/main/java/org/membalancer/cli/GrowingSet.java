// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.membalancer.jni.Errno;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.TargetSpec;

/**
 * A group of processes that are named one by one, of which the helper may not give some. A group whose processes have all
 * ended takes no more: the next one begins another. Owned by one thread.
 */
final class GrowingSet {
    private final HelperConnection connection;
    private final UnaryOperator<TargetSpec> filters;
    private final TargetGroups.Refused refused;
    private final List<Integer> members = new ArrayList<>();
    private Optional<GroupTables> group = Optional.empty();
    private Optional<HelperException> why = Optional.empty();

    /**
     * Has nobody in it yet.
     *
     * @param filters says what of the processes' accesses is kept
     */
    GrowingSet(HelperConnection connection, UnaryOperator<TargetSpec> filters, TargetGroups.Refused refused) {
        this.connection = connection;
        this.filters = filters;
        this.refused = refused;
    }

    /** Adds a process, or tells why it cannot be. */
    void add(int pid) {
        try {
            if (group.isEmpty() || !hasTaken(group.get(), pid)) {
                group = Optional.of(connection.open(filters.apply(TargetSpec.set(pid))));
            }
            members.add(pid);
        } catch (HelperException e) {
            refuse(pid, e);
        }
    }

    /**
     * The group.
     *
     * @return to be closed by the caller
     * @throws HelperException when there is none, because the helper gave no process
     */
    GroupTables tables() throws HelperException {
        if (group.isEmpty()) {
            throw why.orElseThrow();
        }
        return group.get();
    }

    /** Returns false, with the group closed, when all processes in it have ended. */
    private boolean hasTaken(GroupTables there, int pid) throws HelperException {
        try {
            connection.add(there.groupId(), pid);
            return true;
        } catch (HelperException e) {
            if (!Errno.name(e.errno()).equals("ENOENT")) {
                throw e;
            }
            there.close();
            group = Optional.empty();
            members.forEach(ended -> refuse(ended, e));
            members.clear();
            return false;
        }
    }

    private void refuse(int pid, HelperException e) {
        why = Optional.of(e);
        refused.refused(pid, e);
    }
}
