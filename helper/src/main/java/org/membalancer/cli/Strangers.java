// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Tells the processes of a target that are not the user's: looks at each once, since what it is does not change while it
 * runs the same program. Owned by one thread.
 */
final class Strangers {
    private final int ownPid;
    private final int helperPid;
    private final IntPredicate isKernelThread;
    private final Set<MemberKey> lookedAt = new HashSet<>();

    Strangers(int ownPid, int helperPid, IntPredicate isKernelThread) {
        this.ownPid = ownPid;
        this.helperPid = helperPid;
        this.isKernelThread = isKernelThread;
    }

    /** What a process is; empty: the user's, or looked at before. */
    Optional<LeftOut.Why> of(MemberKey key, int pid) {
        if (!lookedAt.add(key)) {
            return Optional.empty();
        }
        if (pid == ownPid) {
            return Optional.of(LeftOut.Why.SELF);
        }
        if (pid == helperPid) {
            return Optional.of(LeftOut.Why.HELPER);
        }
        return isKernelThread.test(pid) ? Optional.of(LeftOut.Why.KERNEL_THREAD) : Optional.empty();
    }

    /** Forgets those that are not there any more. */
    void keepOnly(Set<MemberKey> alive) {
        lookedAt.retainAll(alive);
    }
}
