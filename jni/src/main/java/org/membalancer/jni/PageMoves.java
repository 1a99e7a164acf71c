// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.lang.ref.Reference;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * The door to move_pages(2). Stateless; any thread may call, with buffers of its own. Allocates
 * nothing.
 */
public final class PageMoves {
    private PageMoves() {
    }

    /**
     * Moves pages of a process, or asks for their nodes. Buffers are direct, in native order, read
     * from index 0; their positions and limits do not matter.
     *
     * <p>Only pages that no other process maps are moved (MPOL_MF_MOVE). Where the kernel stops
     * early it leaves the statuses of the rest as they were: fill them beforehand with a value that
     * is no status to tell.
     *
     * @param pid the process; 0 for the caller's own
     * @param count pages, 1 to the capacity of each buffer
     * @param pageAddresses page-aligned addresses
     * @param targetNodeIds the node for each page; null to ask only
     * @param statuses filled with, per page, the node id on which it lies now, or -errno
     * @return 0 or more: the kernel took the batch (the number of pages it did not move); below 0:
     *     -errno, and the statuses say nothing
     * @throws IllegalArgumentException for a buffer or count other than said above
     */
    public static int move(
            int pid, int count, LongBuffer pageAddresses, IntBuffer targetNodeIds,
            IntBuffer statuses) {
        requireFits(count, pageAddresses, pageAddresses.order(), "pageAddresses");
        requireFits(count, statuses, statuses.order(), "statuses");
        if (targetNodeIds != null) {
            requireFits(count, targetNodeIds, targetNodeIds.order(), "targetNodeIds");
        }
        try {
            return move0(pid, count,
                    BufferAddress.of(pageAddresses),
                    targetNodeIds == null ? 0 : BufferAddress.of(targetNodeIds),
                    BufferAddress.ofWritable(statuses));
        } finally {
            Reference.reachabilityFence(pageAddresses);
            Reference.reachabilityFence(targetNodeIds);
            Reference.reachabilityFence(statuses);
        }
    }

    /**
     * Asks for the node of a page of the calling thread's stack, to learn whether move_pages may be
     * used at all.
     *
     * @return 0: it may; below 0: -errno, as -EPERM under a container's seccomp filter or -ENOSYS
     *     without NUMA
     */
    public static int probe() {
        return probe0();
    }

    private static void requireFits(int count, Buffer buffer, ByteOrder order, String name) {
        if (count < 1 || count > buffer.capacity()) {
            throw new IllegalArgumentException("count must be 1.." + buffer.capacity()
                    + ", the capacity of " + name + ": count=" + count);
        }
        if (order != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException(name + " must be in native byte order, "
                    + ByteOrder.nativeOrder() + ": order=" + order);
        }
    }

    private static native int move0(
            int pid, int count, long pagesAddress, long nodeIdsAddress, long statusesAddress);

    private static native int probe0();
}
