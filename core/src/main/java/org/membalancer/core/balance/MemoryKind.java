// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import org.membalancer.core.residency.MappedRegion;

/** What a mapping is, as far as moving its pages goes. The rules are written down in docs/balancing.md. */
public enum MemoryKind {
    /** Private memory without a file, and the written pages of private mappings of files. */
    ANONYMOUS(true, "private"),
    /** Shared memory: moved page by page where no other process maps it, refused by the kernel elsewhere. */
    SHARED(true, "shared"),
    /** Mapped files, code included: moved like shared memory. */
    FILE(true, "file"),
    /** Locked by mlock: its owner paid for pages that never fault, and a move makes them fault once. */
    LOCKED(false, "locked"),
    /** From the pool of huge pages, which the administrator sized for each node. */
    HUGETLB(false, "huge page pool"),
    /** Bound to nodes or interleaved by its owner (mbind, numactl): that choice stands. */
    BOUND(false, "bound by its owner"),
    /** Memory of a device, or mapped by a driver: there is nothing to move. */
    DEVICE(false, "device"),
    /** The kernel's own pages in the process. */
    KERNEL(false, "kernel"),
    /** Not accessible, as guard pages and reserved address space. */
    CLOSED(false, "not accessible");

    private final boolean isMovable;
    private final String text;

    MemoryKind(boolean isMovable, String text) {
        this.isMovable = isMovable;
        this.text = text;
    }

    /** Whether the kernel is asked to move it at all. */
    public boolean isMovable() {
        return isMovable;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }

    /**
     * The kind of a mapping.
     *
     * @param isBound whether its owner chose its nodes, as {@link OwnersChoice} tells
     */
    public static MemoryKind of(MappedRegion mapped, boolean isBound) {
        if (mapped.region().path().startsWith("[v")) { // vdso, vvar, vvar_vclock, vsyscall
            return KERNEL;
        }
        if (has(mapped, "pf") || has(mapped, "io") || has(mapped, "mm")) {
            return DEVICE;
        }
        if (has(mapped, "ht")) {
            return HUGETLB;
        }
        if (has(mapped, "lo")) {
            return LOCKED;
        }
        if (!mapped.region().readable()) {
            return CLOSED;
        }
        return isBound ? BOUND : ofPlain(mapped);
    }

    private static MemoryKind ofPlain(MappedRegion mapped) {
        if (mapped.region().shared()) {
            return mapped.region().path().startsWith("/memfd:") || mapped.region().path().startsWith("/dev/shm/")
                    || mapped.region().path().startsWith("/dev/zero") || mapped.region().path().startsWith("/SYSV")
                    ? SHARED : FILE;
        }
        return mapped.region().isAnonymous() || mapped.region().writable() ? ANONYMOUS : FILE;
    }

    private static boolean has(MappedRegion mapped, String flag) {
        return mapped.flags().contains(flag);
    }
}
