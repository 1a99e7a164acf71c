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

/**
 * move_pages(2) as the kernel does it: pages in order; groups of the same target; a status for each group that moved
 * whole; an early end with the number of pages left otherwise.
 */
public final class FakeKernel implements PageMover {
    public static final int PAGE_BYTES = 4096;

    private final Map<Long, Integer> places = new HashMap<>();
    private final Map<Long, Integer> errnos = new HashMap<>();
    private final Set<Long> pinned = new HashSet<>();
    private final Set<Long> busyThoughMoved = new HashSet<>();
    private final List<Integer> moveCalls = new ArrayList<>();
    private int queryCalls;
    private int wholeErrno;
    private Runnable afterMove = () -> { };

    /** Puts pages on a node. */
    public void place(long address, long bytes, int nodeId) {
        for (long page = address; page < address + bytes; page += PAGE_BYTES) {
            places.put(page, nodeId);
        }
    }

    /** Makes a page answer moves with an errno, and questions with its node if it has one. */
    void fail(long address, int errno) {
        errnos.put(address, errno);
    }

    /** Makes a page impossible to detach from its users. */
    void pin(long address) {
        pinned.add(address);
    }

    /** Makes a page move but answer -EBUSY, as all but the first of a huge page do. */
    void answerBusyThoughMoved(long address) {
        busyThoughMoved.add(address);
    }

    /** Makes whole move calls fail; 0: no more. */
    public void failCalls(int errno) {
        wholeErrno = errno;
    }

    void afterMove(Runnable action) {
        afterMove = action;
    }

    /** Sizes of the move calls so far. */
    List<Integer> moveCalls() {
        return moveCalls;
    }

    int queryCalls() {
        return queryCalls;
    }

    /** Node of a page, or -ENOENT. */
    public int placeOf(long address) {
        return places.getOrDefault(address, -Errno.ENOENT);
    }

    @Override
    public int move(int pid, int count, LongBuffer addresses, IntBuffer targets, IntBuffer statuses) {
        if (targets == null) {
            queryCalls++;
            for (int i = 0; i < count; i++) {
                statuses.put(i, placeOf(addresses.get(i)));
            }
            return 0;
        }
        moveCalls.add(count);
        int result = wholeErrno != 0 ? -wholeErrno : moveInOrder(count, addresses, targets, statuses);
        afterMove.run();
        return result;
    }

    private int moveInOrder(int count, LongBuffer addresses, IntBuffer targets, IntBuffer statuses) {
        int groupStart = 0;
        for (int i = 0; i < count; i++) {
            long address = addresses.get(i);
            if (i > groupStart && targets.get(i) != targets.get(groupStart)) {
                if (!moveGroup(groupStart, i, addresses, targets, statuses)) {
                    return count - groupStart;
                }
                groupStart = i;
            }
            if (errnos.containsKey(address) || busyThoughMoved.contains(address)) {
                if (!moveGroup(groupStart, i, addresses, targets, statuses)) {
                    return count - groupStart;
                }
                if (busyThoughMoved.contains(address)) {
                    places.put(address, targets.get(i));
                }
                statuses.put(i, -errnos.getOrDefault(address, Errno.EBUSY));
                groupStart = i + 1;
            }
        }
        return moveGroup(groupStart, count, addresses, targets, statuses) ? 0 : count - groupStart;
    }

    private boolean moveGroup(int start, int end, LongBuffer addresses, IntBuffer targets, IntBuffer statuses) {
        boolean isWhole = true;
        for (int i = start; i < end; i++) {
            if (pinned.contains(addresses.get(i))) {
                isWhole = false;
            } else {
                places.put(addresses.get(i), targets.get(i));
            }
        }
        for (int i = start; isWhole && i < end; i++) {
            statuses.put(i, targets.get(i));
        }
        return isWhole;
    }
}
