// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;

/**
 * The smallest blocks with samples of one of the largest ones, by address. The blocks of all sizes between are sums of
 * them, so that each page is looked at once. Reused, not allocated.
 */
final class SmallBlocks {
    private final long largeBytes;
    private final long smallBytes;
    private final BlockTally[] tallies;
    private final int[] firstPages;
    private int count;
    private long startAddress;
    private long endAddress;

    SmallBlocks(long largeBytes, long smallBytes, int nodeIdLimit) {
        this.largeBytes = largeBytes;
        this.smallBytes = smallBytes;
        int most = (int) (largeBytes / smallBytes);
        tallies = new BlockTally[most];
        for (int i = 0; i < most; i++) {
            tallies[i] = new BlockTally(nodeIdLimit);
        }
        firstPages = new int[most + 1];
    }

    /**
     * Becomes the part within a range of the large block around a page.
     *
     * @return the first page behind it
     */
    int fill(int first, HeatSnapshot heat, MovableRanges ranges, int range, PageTallies pages) {
        long pageBytes = heat.pageBytes();
        int pageCount = heat.pageCount();
        long address = heat.pageAddress(first);
        startAddress = ranges.blockStart(range, address, largeBytes, pageBytes);
        endAddress = ranges.blockEnd(range, address, largeBytes, pageBytes);
        long smallEnd = 0;
        count = 0;
        int i = first;
        while (i < pageCount && Long.compareUnsigned(address, endAddress) < 0) {
            if (count == 0 || Long.compareUnsigned(address, smallEnd) >= 0) {
                smallEnd = ranges.blockEnd(range, address, smallBytes, pageBytes);
                tallies[count].begin(ranges.blockStart(range, address, smallBytes, pageBytes), smallEnd);
                firstPages[count++] = i;
            }
            i++;
            address = i < pageCount ? heat.pageAddress(i) : 0;
        }
        firstPages[count] = i;
        for (int block = 0; block < count; block++) {
            pages.addTo(tallies[block], firstPages[block], firstPages[block + 1]);
        }
        return i;
    }

    int count() {
        return count;
    }

    BlockTally tally(int i) {
        return tallies[i];
    }

    /** Sums up the small blocks of one block of the given size; its addresses are trimmed to the range too. */
    void sum(int from, int to, long blockBytes, BlockTally into) {
        long aligned = tallies[from].startAddress() & -blockBytes;
        into.begin(Math.max(aligned, startAddress), Math.min(aligned + blockBytes, endAddress));
        for (int i = from; i < to; i++) {
            into.addBlock(tallies[i]);
        }
    }

    /** The first page of the i-th block; of the one behind the last, the first page behind. */
    int firstPage(int i) {
        return firstPages[i];
    }

    /** The first small block from {@code from} on that lies in another block of the given size. */
    int endOfBlock(int from, int to, long blockBytes) {
        long block = tallies[from].startAddress() & -blockBytes;
        int end = from + 1;
        while (end < to && (tallies[end].startAddress() & -blockBytes) == block) {
            end++;
        }
        return end;
    }
}
