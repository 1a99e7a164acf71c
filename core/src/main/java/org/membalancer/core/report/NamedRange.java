// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

/** A stretch of addresses with a name, or the rest of the address space. */
record NamedRange(long startAddress, long endAddress, String label) {
    /** Where no range holds an address: bounds clip nothing. */
    static final NamedRange UNKNOWN = new NamedRange(0, -1L, "unknown");

    boolean contains(long address) {
        return Long.compareUnsigned(address, startAddress) >= 0 && Long.compareUnsigned(address, endAddress) < 0;
    }

    long clipStart(long address) {
        return Long.compareUnsigned(address, startAddress) < 0 ? startAddress : address;
    }

    long clipEnd(long address) {
        return Long.compareUnsigned(address, endAddress) > 0 ? endAddress : address;
    }
}
