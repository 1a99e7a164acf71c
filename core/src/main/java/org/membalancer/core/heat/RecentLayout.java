// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.util.function.ToIntFunction;

/** Where the fields of one recent access lie, in bytes, as {@code struct mbal_access} has them. */
public record RecentLayout(
        int bytes, int vaddrOffset, int tidOffset, int latencyOffset, int cpuNodeOffset, int memoryNodeOffset,
        int openMissesOffset, int weightOffset) {

    /**
     * Collects the offsets.
     *
     * @param abi as for {@link TableLayout#of}
     */
    public static RecentLayout of(ToIntFunction<String> abi) {
        return new RecentLayout(
                abi.applyAsInt("sizeof(mbal_access)"),
                abi.applyAsInt("mbal_access.vaddr"),
                abi.applyAsInt("mbal_access.tid"),
                abi.applyAsInt("mbal_access.latency"),
                abi.applyAsInt("mbal_access.cpu_node"),
                abi.applyAsInt("mbal_access.memory_node"),
                abi.applyAsInt("mbal_access.open_misses"),
                abi.applyAsInt("mbal_access.weight"));
    }
}
