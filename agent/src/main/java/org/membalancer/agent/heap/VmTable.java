// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

/** One of the tables by which HotSpot describes itself: an array that ends with an entry of null pointers. */
final class VmTable {
    private final VmSymbols symbols;
    private final VmReader reader;
    private final String columnPrefix;
    private final long firstAddress;
    private final long strideBytes;

    private VmTable(VmSymbols symbols, VmReader reader, String columnPrefix, long firstAddress, long strideBytes) {
        this.symbols = symbols;
        this.reader = reader;
        this.columnPrefix = columnPrefix;
        this.firstAddress = firstAddress;
        this.strideBytes = strideBytes;
    }

    /**
     * Finds a table.
     *
     * @param symbol exported pointer to the first entry
     * @param columnPrefix what the exported offsets of its columns start with
     */
    static VmTable open(VmSymbols symbols, VmReader reader, String symbol, String columnPrefix)
            throws VmStructsException {
        long first = value(symbols, reader, symbol);
        long stride = value(symbols, reader, columnPrefix + "ArrayStride");
        if (first == 0 || stride <= 0) {
            throw new VmStructsException("this JVM's " + symbol + " is empty");
        }
        return new VmTable(symbols, reader, columnPrefix, first, stride);
    }

    /** Bytes from the start of an entry to a column. */
    long column(String name) throws VmStructsException {
        return value(symbols, reader, columnPrefix + name);
    }

    long first() {
        return firstAddress;
    }

    long next(long entryAddress) {
        return entryAddress + strideBytes;
    }

    private static long value(VmSymbols symbols, VmReader reader, String symbol) throws VmStructsException {
        long address = symbols.addressOf(symbol);
        if (address == 0) {
            throw new VmStructsException("this JVM does not export " + symbol);
        }
        return reader.readLong(address);
    }
}
