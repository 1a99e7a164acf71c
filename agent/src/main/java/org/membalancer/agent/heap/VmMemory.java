// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.nio.ByteBuffer;

/** The door to this process's own memory. Implemented by the jni room and by fakes; a bad address does no harm. */
@FunctionalInterface
public interface VmMemory {

    /**
     * Copies memory of this process into the remaining bytes of a direct buffer.
     *
     * @param address where to start
     * @param into direct; filled from its position, which may or may not advance
     * @return bytes copied, or -errno
     */
    int read(long address, ByteBuffer into);
}
