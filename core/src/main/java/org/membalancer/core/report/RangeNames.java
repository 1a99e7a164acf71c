// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.membalancer.core.policy.AddressRange;

/** Names of addresses. Where ranges overlap, the one that was given first names the address. */
final class RangeNames {
    private final TreeMap<Long, NamedRange> ranges = new TreeMap<>(Long::compareUnsigned);

    RangeNames(List<AddressRange> named) {
        named.forEach(this::addUncovered);
    }

    NamedRange at(long address) {
        Map.Entry<Long, NamedRange> below = ranges.floorEntry(address);
        return below != null && below.getValue().contains(address) ? below.getValue() : NamedRange.UNKNOWN;
    }

    /** Adds those parts of a range that nothing names yet. */
    private void addUncovered(AddressRange range) {
        long start = range.startAddress();
        while (Long.compareUnsigned(start, range.endAddress()) < 0) {
            NamedRange covering = at(start);
            if (covering == NamedRange.UNKNOWN) {
                Map.Entry<Long, NamedRange> above = ranges.higherEntry(start);
                long end = above != null && Long.compareUnsigned(above.getKey(), range.endAddress()) < 0
                        ? above.getKey() : range.endAddress();
                ranges.put(start, new NamedRange(start, end, range.label()));
                start = end;
            } else {
                start = covering.endAddress();
            }
        }
    }
}
