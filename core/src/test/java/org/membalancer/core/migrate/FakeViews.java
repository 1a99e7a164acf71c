// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.AddressRange;

/** A kernel that has a heap mapped several times, and a helper beside it that may move such pages. */
final class FakeViews implements PageMover, HelperMoves {
    static final long BYTES = 1L << 42;
    static final long REMAPPED = 4 * BYTES;
    static final MemoryViews VIEWS = MemoryViews.of(List.of(REMAPPED, BYTES, 2 * BYTES), BYTES);
    static final int PAGE_BYTES = 4096;

    private final Map<Long, Integer> places = new HashMap<>();
    private final Set<Long> mapped = new HashSet<>();
    private final Map<Long, Integer> errnos = new HashMap<>();
    private final List<Integer> requests = new ArrayList<>();
    private int helperErrno;
    private long pageNs;
    private long nowNs = 17_000_000_000L;

    /** Puts pages of the heap on a node, mapped in some of the views. */
    void place(long foldedAddress, int pages, int nodeId, int... views) {
        for (int i = 0; i < pages; i++) {
            long page = foldedAddress + (long) i * PAGE_BYTES;
            places.put(page, nodeId);
            for (int view : views) {
                mapped.add(VIEWS.inView(page, view));
            }
        }
    }

    /** Has the helper not move a page. */
    void fail(long foldedAddress, int errno) {
        errnos.put(foldedAddress, errno);
    }

    /** Has the helper refuse whole requests; 0: no more. */
    void failRequests(int errno) {
        helperErrno = errno;
    }

    /** Has the helper take so long for each page. */
    void takeTime(long newPageNs) {
        pageNs = newPageNs;
    }

    long nowNs() {
        return nowNs;
    }

    /** Pages of each request to the helper. */
    List<Integer> requests() {
        return requests;
    }

    int placeOf(long foldedAddress) {
        return places.get(foldedAddress);
    }

    @Override
    public int move(int pid, int count, LongBuffer addresses, IntBuffer targets, IntBuffer statuses) {
        for (int i = 0; i < count; i++) {
            long address = addresses.get(i);
            boolean isHeap = VIEWS.isFolded(VIEWS.folded(address));
            boolean isThere = mapped.contains(address) || !isHeap && places.containsKey(address);
            if (isThere && targets != null && !isHeap) {
                places.put(address, targets.get(i));
            }
            int place = isThere ? places.get(VIEWS.folded(address)) : -Errno.ENOENT;
            statuses.put(i, isThere && isHeap && targets != null ? -Errno.EACCES : place);
        }
        return 0;
    }

    @Override
    public Answer move(int pid, int nodeId, List<AddressRange> ranges) {
        int pages = 0;
        Map<Integer, Integer> failed = new HashMap<>();
        for (AddressRange range : ranges) {
            for (long page = range.startAddress(); page < range.endAddress(); page += PAGE_BYTES) {
                int errno = mapped.contains(page) ? errnos.getOrDefault(VIEWS.folded(page), 0) : Errno.ENOENT;
                if (helperErrno == 0 && errno == 0) {
                    places.put(VIEWS.folded(page), nodeId);
                } else if (errno != 0) {
                    failed.merge(errno, 1, Integer::sum);
                }
                pages++;
            }
        }
        requests.add(pages);
        nowNs += pages * pageNs;
        return helperErrno == 0 ? Answer.tried(failed) : Answer.failed(helperErrno, "refused");
    }
}
