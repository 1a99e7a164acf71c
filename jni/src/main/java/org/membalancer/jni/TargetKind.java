// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.util.Locale;

/** Whose samples a group keeps: {@code enum mbal_target_kind}, name by name. */
public enum TargetKind {
    /** One process; everybody who asks alike for it gets the same group. */
    PROCESS,
    /** The processes that are added one by one. */
    SET,
    /** A process and all that come from it. */
    DESCENDANTS,
    /** The direct children of a process, without itself. */
    CHILDREN,
    /** All processes of a cgroup (v2) and of those below it. */
    CGROUP,
    /** Everything but the helper and the peer that asks. */
    ALL,
    /** No process: what {@link HelperConnection#inject} brings. */
    REPLAY;

    /** Answers the name as users and reports write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    int number() {
        return AbiLayout.value("MBAL_TARGET_" + name());
    }

    /** The kind of that number; one that only a later helper has is refused. */
    static TargetKind of(int number) {
        for (TargetKind kind : values()) {
            if (kind.number() == number) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no such kind of target: " + number);
    }
}
