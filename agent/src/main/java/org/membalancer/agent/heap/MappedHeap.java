// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.HeapFile;
import org.membalancer.core.residency.MemoryRegion;

/**
 * The parts of the reserved heap that are in use now: readable and writable mappings, private or of the memory file that
 * ZGC makes for its heap, which no other process has. Stateless.
 */
public final class MappedHeap {
    private MappedHeap() {
    }

    /**
     * Cuts the reserved heap down to what is mapped.
     *
     * @param reserved the heap
     * @param mappings of this process, in any order
     * @return in ascending order, adjacent ones joined
     */
    public static List<AddressRange> of(AddressRange reserved, List<MemoryRegion> mappings) {
        List<AddressRange> ranges = new ArrayList<>();
        mappings.stream()
                .filter(m -> m.readable() && m.writable() && (!m.shared() || HeapFile.isMapped(m)))
                .filter(m -> m.startAddress() < reserved.endAddress() && m.endAddress() > reserved.startAddress())
                .sorted(Comparator.comparingLong(MemoryRegion::startAddress))
                .forEach(m -> append(ranges, reserved, m));
        return List.copyOf(ranges);
    }

    private static void append(List<AddressRange> ranges, AddressRange reserved, MemoryRegion mapping) {
        long start = Math.max(reserved.startAddress(), mapping.startAddress());
        long end = Math.min(reserved.endAddress(), mapping.endAddress());
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).endAddress() == start) {
            start = ranges.remove(last).startAddress();
        }
        ranges.add(new AddressRange(start, end, reserved.label()));
    }
}
