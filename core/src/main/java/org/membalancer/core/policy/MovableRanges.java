// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The ranges that may be moved: ascending, without overlap, looked up by bisection. Immutable. */
final class MovableRanges {
    private final long[] starts;
    private final long[] ends;

    private MovableRanges(List<AddressRange> disjoint) {
        starts = disjoint.stream().mapToLong(AddressRange::startAddress).toArray();
        ends = disjoint.stream().mapToLong(AddressRange::endAddress).toArray();
    }

    /** Sorts ranges; where two overlap, the one that starts first keeps the addresses. */
    static MovableRanges of(List<AddressRange> ranges) {
        List<AddressRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(AddressRange::startAddress, Long::compareUnsigned));
        List<AddressRange> disjoint = new ArrayList<>();
        long reached = 0;
        for (AddressRange range : sorted) {
            long start = Long.compareUnsigned(range.startAddress(), reached) < 0 ? reached : range.startAddress();
            if (Long.compareUnsigned(range.endAddress(), start) > 0) {
                disjoint.add(new AddressRange(start, range.endAddress(), range.label()));
                reached = range.endAddress();
            }
        }
        return new MovableRanges(disjoint);
    }

    /** The range that holds a whole page, or -1; looks first at {@code hint}, a range or -1. */
    int find(long pageAddress, long pageBytes, int hint) {
        if (hint >= 0 && Long.compareUnsigned(starts[hint], pageAddress) <= 0
                && Long.compareUnsigned(ends[hint] - pageBytes, pageAddress) >= 0) {
            return hint;
        }
        return find(pageAddress, pageBytes);
    }

    /** The range that holds a whole page, or -1. */
    int find(long pageAddress, long pageBytes) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(ends[middle], pageAddress) <= 0) {
                low = middle + 1;
            } else if (Long.compareUnsigned(starts[middle], pageAddress) > 0) {
                high = middle - 1;
            } else {
                return Long.compareUnsigned(ends[middle] - pageAddress, pageBytes) >= 0 ? middle : -1;
            }
        }
        return -1;
    }

    /** Where the aligned block around an address begins within a range, in whole pages. */
    long blockStart(int range, long address, long blockBytes, long pageBytes) {
        long aligned = address & -blockBytes;
        long firstPage = starts[range] + pageBytes - 1 & -pageBytes;
        return Long.compareUnsigned(aligned, firstPage) < 0 ? firstPage : aligned;
    }

    /** Where the aligned block around an address ends within a range, in whole pages. */
    long blockEnd(int range, long address, long blockBytes, long pageBytes) {
        long aligned = (address & -blockBytes) + blockBytes;
        long lastPage = ends[range] & -pageBytes;
        return Long.compareUnsigned(aligned, lastPage) > 0 ? lastPage : aligned;
    }
}
