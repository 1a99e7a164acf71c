// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.util.Arrays;
import java.util.List;

/**
 * Address ranges at which a process has the same memory, page for page, as a JVM whose ZGC maps its heap once for each colour of
 * a pointer. Each page counts by its address in the first view, whichever one it was used through. Immutable.
 */
public final class MemoryViews {
    private static final MemoryViews NONE = new MemoryViews(new long[0], 0);

    private final long[] startAddresses;
    private final long bytes;

    private MemoryViews(long[] startAddresses, long bytes) {
        this.startAddresses = startAddresses;
        this.bytes = bytes;
    }

    /** No memory is mapped twice, as far as is known. */
    public static MemoryViews none() {
        return NONE;
    }

    /**
     * Views of one memory.
     *
     * @param startAddresses of two or more views; the first is the one that pages count by
     * @param bytes of each view, above 0; none may reach into another one
     */
    public static MemoryViews of(List<Long> startAddresses, long bytes) {
        long[] starts = startAddresses.stream().mapToLong(Long::longValue).toArray();
        long[] sorted = starts.clone();
        Arrays.sort(sorted);
        boolean areApart = starts.length > 1 && bytes > 0 && sorted[0] >= 0;
        for (int i = 1; i < sorted.length; i++) {
            areApart &= sorted[i] - sorted[i - 1] >= bytes;
        }
        if (!areApart) {
            throw new IllegalArgumentException("there must be two or more views, apart from each other: startAddresses="
                    + startAddresses + " bytes=" + bytes);
        }
        return new MemoryViews(starts, bytes);
    }

    /** How many views there are; 0: {@link #none()}. */
    public int count() {
        return startAddresses.length;
    }

    /** The address by which a page counts; that of memory outside of all views is its own. */
    public long folded(long address) {
        for (long start : startAddresses) {
            if (address >= start && address - start < bytes) {
                return startAddresses[0] + (address - start);
            }
        }
        return address;
    }

    /** Whether an address is one that pages of several views count by. */
    public boolean isFolded(long address) {
        return count() > 0 && address >= startAddresses[0] && address - startAddresses[0] < bytes;
    }

    /**
     * A page's address in one of the views.
     *
     * @param foldedAddress by which it counts
     * @param view 0 to {@link #count()} - 1
     */
    public long inView(long foldedAddress, int view) {
        return foldedAddress - startAddresses[0] + startAddresses[view];
    }
}
