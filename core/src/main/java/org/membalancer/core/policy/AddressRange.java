// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * Addresses that may be moved, or that belong together in a report.
 *
 * @param startAddress first byte
 * @param endAddress the byte after the last one, unsigned, above the start
 * @param label what it is, for people: {@code old}, {@code [heap]}, {@code region 17}
 */
public record AddressRange(long startAddress, long endAddress, String label) {

    /** Checks the order of the ends. */
    public AddressRange {
        if (Long.compareUnsigned(endAddress, startAddress) <= 0) {
            throw new IllegalArgumentException("endAddress must be above startAddress: startAddress=0x"
                    + Long.toHexString(startAddress) + " endAddress=0x" + Long.toHexString(endAddress));
        }
    }

    /** Bytes of the range. */
    public long bytes() {
        return endAddress - startAddress;
    }

    /** Whether an address lies in it. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address, startAddress) >= 0 && Long.compareUnsigned(address, endAddress) < 0;
    }
}
