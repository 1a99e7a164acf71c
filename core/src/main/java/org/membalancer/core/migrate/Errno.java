// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

/** The error numbers of move_pages(2) that have a rule of their own; the same on x86-64 and aarch64. */
public final class Errno {
    /** Operation not permitted. */
    public static final int EPERM = 1;
    /** Not in memory, as a page's status. */
    public static final int ENOENT = 2;
    /** No such process. */
    public static final int ESRCH = 3;
    /** No memory on the node. */
    public static final int ENOMEM = 12;
    /** Mapped by several processes, as a page's status; a node outside the cpuset, as a call's result. */
    public static final int EACCES = 13;
    /** The zero page or nothing mapped, as a page's status. */
    public static final int EFAULT = 14;
    /** Under input or output, locked, or part of a huge page that was already taken along. */
    public static final int EBUSY = 16;
    /** No such node. */
    public static final int ENODEV = 19;

    private Errno() {
    }
}
