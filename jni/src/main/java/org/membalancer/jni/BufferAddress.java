// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.Buffer;

/**
 * The one way from a buffer to the address that a native takes.
 *
 * <p>An address keeps no buffer alive: the caller ends with {@link
 * java.lang.ref.Reference#reachabilityFence}.
 */
final class BufferAddress {
    private BufferAddress() {
    }

    /** The address of index 0 of a direct buffer, whatever its position. */
    static long of(Buffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("buffer must be direct: " + buffer);
        }
        return address0(buffer);
    }

    /** The same, of one that a native writes to. */
    static long ofWritable(Buffer buffer) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("buffer must be writable: " + buffer);
        }
        return of(buffer);
    }

    private static native long address0(Buffer buffer);
}
