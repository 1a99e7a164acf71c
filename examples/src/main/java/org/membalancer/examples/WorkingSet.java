// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

/**
 * A long[] in which every cell holds a pattern of its own index, and the part of it that is hot. Any thread may read
 * and write cells, as the only value ever written to a cell is its pattern.
 */
final class WorkingSet {
    private final long[] cells;
    private final int hotBegin;
    private final int hotCount;

    /**
     * Takes the array and chooses its hot part: about the middle, beginning at a block.
     *
     * @param cells filled with {@link #fill}
     * @param firstCellAddress where the array lies now
     * @param hotBytes of the hot part, a multiple of the block and at least one block less than the array
     */
    WorkingSet(long[] cells, long firstCellAddress, long hotBytes) {
        this.cells = cells;
        this.hotCount = (int) (hotBytes / Long.BYTES);
        long middle = firstCellAddress + (cells.length - (long) hotCount) / 2 * Long.BYTES;
        int block = HotSetOptions.BLOCK_BYTES;
        long hotAddress = Math.floorDiv(middle + block / 2, block) * block; // the nearest: never outside the array
        this.hotBegin = (int) ((hotAddress - firstCellAddress) / Long.BYTES);
    }

    /** Makes the array and fills it, which also makes its pages present. */
    static long[] fill(long sizeBytes) {
        long[] cells = new long[(int) (sizeBytes / Long.BYTES)];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = pattern(i);
        }
        return cells;
    }

    /** What cell {@code index} holds. */
    static long pattern(int index) {
        return index * 0x9E3779B97F4A7C15L + 1;
    }

    long[] cells() {
        return cells;
    }

    int hotBegin() {
        return hotBegin;
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

    /** All cells, when the first lies at {@code firstCellAddress}. */
    AddressRange working(long firstCellAddress) {
        return new AddressRange(firstCellAddress, firstCellAddress + (long) cells.length * Long.BYTES);
    }

    /** The hot cells, when the first cell lies at {@code firstCellAddress}. */
    AddressRange hot(long firstCellAddress) {
        long start = firstCellAddress + (long) hotBegin * Long.BYTES;
        return new AddressRange(start, start + (long) hotCount * Long.BYTES);
    }
}
