// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

/**
 * Addresses of one process, from the first byte to the one behind the last.
 *
 * @param start first byte
 * @param end the byte behind the last, above {@code start} (both unsigned)
 */
public record AddressSpan(long start, long end) {

    /** Refuses an empty span. */
    public AddressSpan {
        if (Long.compareUnsigned(start, end) >= 0) {
            throw new IllegalArgumentException("start must be below end: start=0x"
                    + Long.toHexString(start) + " end=0x" + Long.toHexString(end));
        }
    }
}
