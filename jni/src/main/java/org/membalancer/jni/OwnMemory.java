// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Reads this process's memory where an address may be bad, through process_vm_readv(2): an error,
 * never a crash. Stateless; any thread may call, with a buffer of its own. Allocates nothing.
 */
public final class OwnMemory {
    private OwnMemory() {
    }

    /**
     * Copies memory into a buffer, from its position to its limit. The position stays.
     *
     * @param address where to read; any value
     * @param into a direct buffer; its remaining bytes are how many to read
     * @return the bytes read, which are fewer when a later page is bad; below 0: -errno, as -EFAULT
     *     for a bad address and -EPERM under a container's seccomp filter
     * @throws IllegalArgumentException for a buffer that is not direct or not writable
     */
    public static int read(long address, ByteBuffer into) {
        try {
            long intoAddress = BufferAddress.ofWritable(into) + into.position();
            return read0(address, intoAddress, into.remaining());
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    private static native int read0(long address, long intoAddress, int bytes);
}
