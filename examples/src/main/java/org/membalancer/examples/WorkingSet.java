// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

/**
 * A long[] in which every cell holds a pattern of its own index. The working set begins at a block and ends at one, so
 * that the array has a few more cells; its last part is hot, the one before it cold. Any thread may read and write
 * cells, as the only value ever written to a cell is its pattern.
 */
final class WorkingSet {
    private static final int BLOCK_BYTES = HotSetOptions.BLOCK_BYTES;

    private final long[] cells;
    private final int coldBegin;
    private final int coldCount;
    private final int hotCount;

    /**
     * Takes the array and lays the parts out in it.
     *
     * @param cells filled with {@link #fill} for as many bytes
     * @param firstCellAddress where the array lies now
     * @param sizeBytes of the working set, a multiple of the block
     * @param hotBytes of the hot part, a multiple of the block
     */
    WorkingSet(long[] cells, long firstCellAddress, long sizeBytes, long hotBytes) {
        this.cells = cells;
        this.coldBegin = (int) (Math.floorMod(-firstCellAddress, BLOCK_BYTES) / Long.BYTES);
        this.coldCount = (int) ((sizeBytes - hotBytes) / Long.BYTES);
        this.hotCount = (int) (hotBytes / Long.BYTES);
    }

    /** Makes an array for a working set and fills it, which also makes its pages present. */
    static long[] fill(long sizeBytes) {
        long[] cells = new long[(int) ((sizeBytes + BLOCK_BYTES) / Long.BYTES)];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = pattern(i);
        }
        return cells;
    }

    /** What cell {@code index} holds. */
    static long pattern(int index) {
        return ~(long) index;
    }

    long[] cells() {
        return cells;
    }

    int coldBegin() {
        return coldBegin;
    }

    int coldCount() {
        return coldCount;
    }

    int hotBegin() {
        return coldBegin + coldCount;
    }

    int hotCount() {
        return hotCount;
    }

    /** The first cell that does not hold its pattern, or the number of cells when all do. */
    int check() {
        int index = 0;
        while (index < cells.length && cells[index] == pattern(index)) {
            index++;
        }
        return index;
    }

    /** The working set, when the array's first cell lies at {@code firstCellAddress}. */
    AddressRange working(long firstCellAddress) {
        return range(firstCellAddress, coldBegin, coldCount + hotCount);
    }

    /** The hot part, when the array's first cell lies at {@code firstCellAddress}. */
    AddressRange hot(long firstCellAddress) {
        return range(firstCellAddress, hotBegin(), hotCount);
    }

    private static AddressRange range(long firstCellAddress, int begin, int count) {
        long start = firstCellAddress + (long) begin * Long.BYTES;
        return new AddressRange(start, start + (long) count * Long.BYTES);
    }
}
