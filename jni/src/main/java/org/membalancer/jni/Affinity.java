// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The door to sched_getaffinity(2) and sched_setaffinity(2). Stateless; any thread may call, with a
 * mask of its own.
 *
 * <p>A mask is a direct buffer of longs in native byte order, used from index 0 to its capacity:
 * bit n % 64 of long n / 64 is CPU n. On x86-64 that is bit n % 8 of byte n / 8.
 */
public final class Affinity {
    /** Room for 8192 CPUs, the most that a kernel for x86-64 can be built for. */
    private static final int MASK_BYTES = 8192 / Byte.SIZE;

    private Affinity() {
    }

    /** Makes an empty mask that is long enough for every machine. */
    public static ByteBuffer newMask() {
        return ByteBuffer.allocateDirect(MASK_BYTES).order(ByteOrder.nativeOrder());
    }

    /**
     * Reads the CPUs on which a thread may run.
     *
     * @param tid the thread's id as the kernel counts; 0 for the caller
     * @param mask overwritten, from index 0 to its capacity
     * @return 0, or -errno: -ESRCH no such thread, -EINVAL the mask has fewer bits than the machine
     *     can have CPUs
     * @throws IllegalArgumentException for a mask that is not direct, not writable, or no number of
     *     longs
     */
    public static int get(int tid, ByteBuffer mask) {
        requireLongs(mask);
        try {
            return get0(tid, BufferAddress.ofWritable(mask), mask.capacity());
        } finally {
            Reference.reachabilityFence(mask);
        }
    }

    /**
     * Sets the CPUs on which a thread may run. New threads inherit them, and {@code
     * availableProcessors()} of that thread follows.
     *
     * @param tid the thread's id as the kernel counts; 0 for the caller
     * @param mask read from index 0 to its capacity
     * @return 0, or -errno: -ESRCH no such thread, -EPERM not the caller's, -EINVAL none of these
     *     CPUs can be used
     * @throws IllegalArgumentException for a mask that is not direct, or no number of longs
     */
    public static int set(int tid, ByteBuffer mask) {
        requireLongs(mask);
        try {
            return set0(tid, BufferAddress.of(mask), mask.capacity());
        } finally {
            Reference.reachabilityFence(mask);
        }
    }

    private static void requireLongs(ByteBuffer mask) {
        if (mask.capacity() == 0 || mask.capacity() % Long.BYTES != 0) {
            throw new IllegalArgumentException("mask must have a multiple of " + Long.BYTES
                    + " bytes: capacity=" + mask.capacity());
        }
    }

    private static native int get0(int tid, long maskAddress, int maskBytes);

    private static native int set0(int tid, long maskAddress, int maskBytes);
}
