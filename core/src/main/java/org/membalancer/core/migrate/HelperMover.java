// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.membalancer.core.clock.Clock;
import org.membalancer.core.policy.AddressRange;

/**
 * Has the helper move pages. It only says how many of a request are where they should be, and how many are not
 * for which errno; which ones that are tells the kernel, and the errnos are given to the others in turn, so that every
 * count is right.
 *
 * <p>The helper does nothing else while it moves, and who asks waits 3 s at most: requests are small at first, and as
 * large as a quarter of a second allows from then on.
 *
 * <p>Owned by one thread.
 */
public final class HelperMover implements PageMover {
    static final int FIRST_PAGES = 256;

    private static final int LEAST_PAGES = 64;
    private static final long SHORT_NS = 125_000_000;
    private static final long LONG_NS = 500_000_000;

    private final HelperMoves helper;
    private final PageMover asked;
    private final long pageBytes;
    private final Clock clock;
    private final PageBatch places = new PageBatch(HelperMoves.MAX_PAGES);
    private int requestPages = FIRST_PAGES;

    /**
     * Puts the doors together.
     *
     * @param helper who moves
     * @param asked where pages lie; moves nothing
     * @param pageBytes the kernel's page size
     * @param clock how long the helper takes
     */
    public HelperMover(HelperMoves helper, PageMover asked, long pageBytes, Clock clock) {
        this.helper = helper;
        this.asked = asked;
        this.pageBytes = pageBytes;
        this.clock = clock;
    }

    /**
     * Moves pages.
     *
     * @return 0, or -errno when no request was carried out
     */
    @Override
    public int move(int pid, int count, LongBuffer pageAddresses, IntBuffer targetNodeIds, IntBuffer statuses) {
        int errno = 0;
        boolean wasAnyTaken = false;
        for (int first = 0; first < count;) {
            List<AddressRange> ranges = new ArrayList<>();
            int end = collect(first, count, pageAddresses, targetNodeIds, ranges);
            HelperMoves.Answer answer = ask(pid, targetNodeIds.get(first), ranges);
            if (answer.errno() == 0) {
                wasAnyTaken = true;
                settle(pid, first, end, answer, pageAddresses, targetNodeIds, statuses);
            } else {
                errno = answer.errno();
                fill(first, end, -errno, statuses);
            }
            first = end;
        }
        return wasAnyTaken ? 0 : -errno;
    }

    private HelperMoves.Answer ask(int pid, int nodeId, List<AddressRange> ranges) {
        long startNs = clock.nowNs();
        HelperMoves.Answer answer = helper.move(pid, nodeId, ranges);
        long elapsedNs = clock.nowNs() - startNs;
        long pages = ranges.stream().mapToLong(AddressRange::bytes).sum() / pageBytes;
        if (elapsedNs > LONG_NS) {
            requestPages = Math.max(LEAST_PAGES, requestPages / 2);
        } else if (elapsedNs < SHORT_NS && pages == requestPages) {
            requestPages = Math.min(HelperMoves.MAX_PAGES, requestPages * 2);
        }
        return answer;
    }

    /** Takes pages of one target as far as a request goes; returns the index of the first one that is left. */
    private int collect(
            int first, int count, LongBuffer addresses, IntBuffer targets, List<AddressRange> ranges) {
        int end = first;
        while (end < count && end - first < requestPages && targets.get(end) == targets.get(first)) {
            int start = end;
            while (end < count && end - first < requestPages && targets.get(end) == targets.get(first)
                    && addresses.get(end) == addresses.get(start) + (end - start) * pageBytes) {
                end++;
            }
            ranges.add(new AddressRange(addresses.get(start), addresses.get(end - 1) + pageBytes, ""));
            if (ranges.size() == HelperMoves.MAX_RANGES) {
                break;
            }
        }
        return end;
    }

    private void settle(int pid, int first, int end, HelperMoves.Answer answer, LongBuffer addresses,
            IntBuffer targets, IntBuffer statuses) {
        places.clear();
        for (int i = first; i < end; i++) {
            places.add(addresses.get(i), 0, targets.get(i));
        }
        if (answer.pagesByErrno().isEmpty() || places.ask(asked, pid) < 0) {
            fill(first, end, targets.get(first), statuses); // whoever asks later has the last word
            return;
        }
        Map<Integer, Integer> left = new TreeMap<>(answer.pagesByErrno());
        for (int i = first; i < end; i++) {
            int place = places.place(i - first);
            statuses.put(i, place == targets.get(i) ? place : -take(left, place < 0 ? -place : 0));
        }
    }

    /** One of the errnos that are left: this one if there is one, else the lowest; -EBUSY where pages went away meanwhile. */
    private static int take(Map<Integer, Integer> left, int preferred) {
        int errno = left.containsKey(preferred) ? preferred : left.keySet().stream().findFirst().orElse(Errno.EBUSY);
        left.computeIfPresent(errno, (e, pages) -> pages > 1 ? pages - 1 : null);
        return errno;
    }

    private static void fill(int first, int end, int status, IntBuffer statuses) {
        for (int i = first; i < end; i++) {
            statuses.put(i, status);
        }
    }
}
