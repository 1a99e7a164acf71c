// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

/** What became of one page of a plan. Every page asked for has exactly one. */
public enum MoveOutcome {
    /** It lies on the target now and did not before. */
    MOVED("moved"),
    /** It was on the target already. */
    ALREADY_THERE("already there"),
    /** -ENOENT: not in memory. */
    NOT_PRESENT("not present"),
    /** -EFAULT: the shared zero page, or nothing mapped there any more. */
    ZERO_OR_UNMAPPED("zero page or unmapped"),
    /** -EBUSY, or the kernel could not detach it from its users this time. */
    BUSY("busy"),
    /** -EACCES: mapped by several processes or several times, or a node outside the cpuset. */
    SHARED_OR_DENIED("shared or denied"),
    /** -ENOMEM: no free page on the target. */
    NO_MEMORY("no memory on the target"),
    /** -ENODEV: no such node. */
    NO_SUCH_NODE("no such node"),
    /** -EPERM: the caller may not move that process's pages. */
    NOT_PERMITTED("not permitted"),
    /** -ESRCH: the process ended. */
    NO_SUCH_PROCESS("no such process"),
    /** Left for a later round: out of time or tokens, or after an error that ends the round. */
    NOT_ATTEMPTED("not attempted"),
    /** Left for a later round: memory is short. */
    UNDER_PRESSURE("left because memory is short"),
    /** A dry run would have moved it. */
    DRY_RUN("dry run"),
    /** Any other errno. */
    OTHER("other error");

    private final String text;

    MoveOutcome(String text) {
        this.text = text;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }

    /** The outcome for an errno above 0, as a page's status or the result of a whole call. */
    static MoveOutcome ofErrno(int errno) {
        return switch (errno) {
            case Errno.ENOENT -> NOT_PRESENT;
            case Errno.EFAULT -> ZERO_OR_UNMAPPED;
            case Errno.EBUSY -> BUSY;
            case Errno.EACCES -> SHARED_OR_DENIED;
            case Errno.ENOMEM -> NO_MEMORY;
            case Errno.ENODEV -> NO_SUCH_NODE;
            case Errno.EPERM -> NOT_PERMITTED;
            case Errno.ESRCH -> NO_SUCH_PROCESS;
            default -> OTHER;
        };
    }
}
