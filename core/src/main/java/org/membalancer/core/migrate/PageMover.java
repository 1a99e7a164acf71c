// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** The door to move_pages(2): moves pages, or asks where they lie. Implemented by the jni room and by fakes. */
@FunctionalInterface
public interface PageMover {

    /**
     * Moves pages of a process, or asks for their nodes. Buffers are direct, in native order, read from index 0.
     *
     * @param pid the process; 0 for the caller's own
     * @param count pages, 1 to the capacity of each buffer
     * @param pageAddresses page-aligned addresses
     * @param targetNodeIds the node for each page; null to ask only
     * @param statuses filled with, per page, the node id on which it lies now, or -errno
     * @return 0 or more: the kernel took the batch (the number of pages it did not move); below 0: -errno, and the
     *     statuses say nothing
     */
    int move(int pid, int count, LongBuffer pageAddresses, IntBuffer targetNodeIds, IntBuffer statuses);
}
