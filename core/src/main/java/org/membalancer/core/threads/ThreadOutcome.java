// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import org.membalancer.core.migrate.Errno;

/** What became of a thread that was to be pinned. Each has exactly one. */
public enum ThreadOutcome {
    /** It may run on that node's CPUs only, from now on. */
    PINNED("pinned"),
    /** A dry run would have pinned it. */
    DRY_RUN("dry run"),
    /** It ended meanwhile. */
    ENDED("ended"),
    /** Only its owner or root may pin it. */
    NOT_PERMITTED("not permitted"),
    /** Its cpuset has none of these CPUs any more, or another error. */
    REFUSED("refused"),
    /** What it had could not be written down, so it was left alone. */
    NOT_KEPT("left: its affinity could not be written down");

    private final String text;

    ThreadOutcome(String text) {
        this.text = text;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }

    /** The outcome for 0 or -errno. */
    static ThreadOutcome of(int result) {
        return switch (-result) {
            case 0 -> PINNED;
            case Errno.ESRCH -> ENDED;
            case Errno.EPERM -> NOT_PERMITTED;
            default -> REFUSED;
        };
    }
}
