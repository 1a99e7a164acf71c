// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.membalancer.core.heat.MemoryViews;

/**
 * The memory file that ZGC makes for its heap, which no other process has, in the mappings of a process. Stateless.
 *
 * <p>With generations ZGC maps it once. Without, as in JDK 17, it maps it at three addresses: a place in the heap, and above all
 * places one of three neighbouring bits, for each colour of a pointer.
 */
public final class HeapFile {
    /** What the kernel adds to a name once the file has none any more. A heap of huge pages is java_heap.hugetlb. */
    private static final Set<String> NAMES = Set.of("/memfd:java_heap", "/memfd:java_heap (deleted)");

    private HeapFile() {
    }

    /** Whether a mapping is of such a file. */
    public static boolean isMapped(MemoryRegion mapping) {
        return mapping.shared() && NAMES.contains(mapping.path());
    }

    /**
     * Finds the views of a heap. Pages count by the one that is in use longest, between two cycles of the collector.
     *
     * @param mappings of a process
     * @return none where the heap is mapped once, or is none of ZGC's
     */
    public static MemoryViews views(List<MemoryRegion> mappings) {
        TreeSet<Long> bits = new TreeSet<>();
        for (MemoryRegion mapping : mappings) {
            if (isMapped(mapping)) {
                bits.add(Long.highestOneBit(mapping.startAddress()));
            }
        }
        if (bits.size() != 3 || bits.first() <= 0 || bits.last() != 4 * bits.first()) {
            return MemoryViews.none();
        }
        long bytes = bits.first();
        boolean areInViews = mappings.stream().filter(HeapFile::isMapped)
                .allMatch(m -> m.endAddress() <= Long.highestOneBit(m.startAddress()) + bytes);
        return areInViews ? MemoryViews.of(List.of(4 * bytes, bytes, 2 * bytes), bytes) : MemoryViews.none();
    }
}
