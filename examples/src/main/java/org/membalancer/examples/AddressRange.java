// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

/**
 * Addresses from a start up to, not including, an end.
 *
 * @param startAddress first address
 * @param endAddress the address behind the last
 */
record AddressRange(long startAddress, long endAddress) {

    long bytes() {
        return endAddress - startAddress;
    }

    boolean contains(AddressRange other) {
        return other.startAddress >= startAddress && other.endAddress <= endAddress;
    }

    /** Bytes that both have. */
    long overlapBytes(AddressRange other) {
        return Math.max(0,
                Math.min(endAddress, other.endAddress) - Math.max(startAddress, other.startAddress));
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(startAddress) + "-0x" + Long.toHexString(endAddress);
    }
}
