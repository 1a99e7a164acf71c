// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.function.IntFunction;

import org.membalancer.core.heat.MemoryViews;

/**
 * Moves, and asks for, pages that a process has at several addresses, by the one address they count by. The kernel knows a page
 * only by an address through which it was used, so each page is looked for in one view after the other.
 *
 * <p>Moving a page that is mapped more than once is for another door than moving any other. Owned by one thread.
 */
public final class ViewMover implements PageMover {
    private final PageMover plain;
    private final PageMover several;
    private final IntFunction<MemoryViews> viewsOf;
    private final Part left = new Part();
    private final Part found = new Part();
    private final Part moved = new Part();

    /** Some pages of a call. */
    private static final class Part {
        private PageBatch pages = new PageBatch(1);
        private int[] places = {0};

        void begin(int capacity) {
            if (places.length < capacity) {
                pages = new PageBatch(capacity);
                places = new int[capacity];
            }
            pages.clear();
        }

        /** Adds a page, and notes which one of the call it is. */
        void add(long address, int targetNodeId, int place) {
            places[pages.count()] = place;
            pages.add(address, 0, targetNodeId);
        }
    }

    /**
     * Puts the doors together.
     *
     * @param plain moves pages that are mapped once, and tells where any page lies
     * @param several moves pages of views; never asked where pages lie
     * @param viewsOf the views of a process, by its pid as in {@link #move}
     */
    public ViewMover(PageMover plain, PageMover several, IntFunction<MemoryViews> viewsOf) {
        this.plain = plain;
        this.several = several;
        this.viewsOf = viewsOf;
    }

    @Override
    public int move(int pid, int count, LongBuffer pageAddresses, IntBuffer targetNodeIds, IntBuffer statuses) {
        MemoryViews views = viewsOf.apply(pid);
        if (views.count() == 0) {
            return plain.move(pid, count, pageAddresses, targetNodeIds, statuses);
        }
        if (targetNodeIds == null) {
            return ask(pid, count, pageAddresses, views, statuses);
        }
        for (int i = 0; i < count; i++) {
            statuses.put(i, views.isFolded(pageAddresses.get(i)) ? -Errno.ENOENT : PageBatch.UNTOUCHED);
        }
        collectOthers(count, pageAddresses, targetNodeIds, views);
        int othersResult = moveCollected(plain, pid, statuses);
        int result = collect(pid, count, pageAddresses, targetNodeIds, views);
        return Math.min(othersResult, result < 0 ? result : moveCollected(several, pid, statuses));
    }

    private void collectOthers(int count, LongBuffer addresses, IntBuffer targets, MemoryViews views) {
        moved.begin(count);
        for (int i = 0; i < count; i++) {
            if (!views.isFolded(addresses.get(i))) {
                moved.add(addresses.get(i), targets.get(i), i);
            }
        }
    }

    /** Collects the pages of views, each by the first address at which it is; 0, or -errno. */
    private int collect(int pid, int count, LongBuffer addresses, IntBuffer targets, MemoryViews views) {
        moved.begin(count);
        left.begin(count);
        for (int i = 0; i < count; i++) {
            if (views.isFolded(addresses.get(i))) {
                left.add(addresses.get(i), targets.get(i), i);
            }
        }
        int result = 0;
        for (int view = 0; view < views.count() && left.pages.count() > 0 && result >= 0; view++) {
            found.begin(count);
            for (int i = 0; i < left.pages.count(); i++) {
                found.add(views.inView(left.pages.address(i), view), left.pages.target(i), left.places[i]);
            }
            result = found.pages.ask(plain, pid);
            keepAbsent(addresses);
        }
        return Math.min(result, 0);
    }

    /** Of the pages that were asked for, takes those that are there, and leaves the others for the next view. */
    private void keepAbsent(LongBuffer addresses) {
        left.pages.clear();
        for (int i = 0; i < found.pages.count(); i++) {
            Part part = isAbsent(found.pages.place(i)) ? left : moved;
            long address = part == left ? addresses.get(found.places[i]) : found.pages.address(i);
            part.add(address, found.pages.target(i), found.places[i]);
        }
    }

    private int moveCollected(PageMover mover, int pid, IntBuffer statuses) {
        if (moved.pages.count() == 0) {
            return 0;
        }
        int result = moved.pages.move(mover, pid);
        for (int i = 0; i < moved.pages.count() && result >= 0; i++) {
            statuses.put(moved.places[i], moved.pages.status(i));
        }
        return result;
    }

    private static boolean isAbsent(int status) {
        return status == -Errno.ENOENT || status == -Errno.EFAULT;
    }

    /** Asks for all pages in the first view, and in the next ones for those that were not there. */
    private int ask(int pid, int count, LongBuffer addresses, MemoryViews views, IntBuffer statuses) {
        int result = plain.move(pid, count, addresses, null, statuses);
        for (int view = 1; view < views.count() && result >= 0; view++) {
            found.begin(count);
            for (int i = 0; i < count; i++) {
                if (isAbsent(statuses.get(i)) && views.isFolded(addresses.get(i))) {
                    found.add(views.inView(addresses.get(i), view), 0, i);
                }
            }
            result = found.pages.count() == 0 ? result : found.pages.ask(plain, pid);
            for (int i = 0; i < found.pages.count() && result >= 0; i++) {
                if (!isAbsent(found.pages.place(i))) {
                    statuses.put(found.places[i], found.pages.place(i));
                }
            }
        }
        return Math.min(result, 0);
    }
}
