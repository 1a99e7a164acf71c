// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.report.Amounts;
import org.membalancer.core.residency.MappedRegion;
import org.membalancer.core.residency.MemoryRegion;

/**
 * The ranges of a process that may be moved, and how much address space is of which kind. Immutable.
 *
 * @param ranges that may be moved, ascending
 * @param bytesByKind address space by kind; a kind without any is left out
 */
public record MovableMemory(List<AddressRange> ranges, Map<MemoryKind, Long> bytesByKind) {

    /** Copies the collections. */
    public MovableMemory {
        ranges = List.copyOf(ranges);
        bytesByKind = Collections.unmodifiableMap(new EnumMap<>(bytesByKind));
    }

    /**
     * Sorts a process's mappings by kind.
     *
     * @param bound start addresses of mappings whose owner chose their nodes
     */
    public static MovableMemory of(List<MappedRegion> mappings, Set<Long> bound) {
        List<AddressRange> ranges = new ArrayList<>();
        Map<MemoryKind, Long> bytes = new EnumMap<>(MemoryKind.class);
        for (MappedRegion mapped : mappings) {
            MemoryRegion region = mapped.region();
            MemoryKind kind = MemoryKind.of(mapped, bound.contains(region.startAddress()));
            bytes.merge(kind, region.bytes(), Long::sum);
            if (kind.isMovable() && region.bytes() != 0) {
                ranges.add(new AddressRange(region.startAddress(), region.endAddress(),
                        region.path().isEmpty() ? "anonymous" : region.path()));
            }
        }
        return new MovableMemory(ranges, bytes);
    }

    /** The same where several views are of one memory: that counts once, by its address in the first of them. */
    public MovableMemory through(MemoryViews views) {
        return new MovableMemory(ranges.stream()
                .filter(range -> views.folded(range.startAddress()) == range.startAddress()).toList(), bytesByKind);
    }

    /** What stays where it is, as {@code 2.0 MiB locked, 16 KiB kernel}; empty when all may move. */
    public String whatStays() {
        return bytesByKind.entrySet().stream()
                .filter(e -> !e.getKey().isMovable() && e.getKey() != MemoryKind.CLOSED)
                .map(e -> Amounts.bytes(e.getValue()) + " " + e.getKey().text())
                .collect(Collectors.joining(", "));
    }
}
