// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

/**
 * One mapping of a process, a line of /proc/PID/maps.
 *
 * @param startAddress first byte
 * @param endAddress the byte after the last one; unsigned, because the last mapping may reach the top
 * @param readable may be read
 * @param writable may be written
 * @param executable may be executed
 * @param shared shared rather than private
 * @param path file, {@code [heap]}, {@code [anon:name]}, or empty for anonymous memory
 */
public record MemoryRegion(
        long startAddress, long endAddress, boolean readable, boolean writable, boolean executable,
        boolean shared, String path) {

    /** Bytes of the mapping. */
    public long bytes() {
        return endAddress - startAddress;
    }

    /** Whether an address lies in it. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address, startAddress) >= 0 && Long.compareUnsigned(address, endAddress) < 0;
    }

    /** Whether no file lies behind it: heap, stack, or named or nameless anonymous memory. */
    public boolean isAnonymous() {
        return path.isEmpty() || path.startsWith("[");
    }
}
