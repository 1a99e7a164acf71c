// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Memory straight from the kernel, mmap(2): outside of the Java heap, and not counted against
 * {@code -XX:MaxDirectMemorySize}, which is the application's. Stateless; any thread may call.
 */
public final class PrivateMemory {
    private PrivateMemory() {
    }

    /**
     * Maps memory: zeroed, beginning with a page. Who maps it unmaps it; no collector does.
     *
     * @param bytes 1 or more
     * @return in native order; empty: the kernel gives none, or the heap has no room for the buffer object
     */
    public static Optional<ByteBuffer> map(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be 1 or more: " + bytes);
        }
        long address = map0(bytes);
        if (address < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(buffer0(address, bytes).order(ByteOrder.nativeOrder()));
        } catch (OutOfMemoryError full) { // the application's heap; without a buffer the memory is of no use
            unmap0(address, bytes);
            return Optional.empty();
        }
    }

    /**
     * Ends a mapping. The buffer and what was sliced from it must not be touched afterwards.
     *
     * @param mapped as {@link #map} returned it
     * @return 0, or -errno
     */
    public static int unmap(ByteBuffer mapped) {
        return unmap0(BufferAddress.of(mapped), mapped.capacity());
    }

    /** Where it lies. */
    public static long addressOf(ByteBuffer mapped) {
        return BufferAddress.of(mapped);
    }

    private static native long map0(int bytes);

    private static native ByteBuffer buffer0(long address, int bytes);

    private static native int unmap0(long address, int bytes);
}
