// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import java.util.Set;

/**
 * One mapping of a process with the kernel's flags for it, an entry of /proc/PID/smaps.
 *
 * @param region the mapping
 * @param flags two letters each, as {@code lo} for locked memory; empty where the kernel gives none
 */
public record MappedRegion(MemoryRegion region, Set<String> flags) {

    /** Copies the flags. */
    public MappedRegion {
        flags = Set.copyOf(flags);
    }
}
