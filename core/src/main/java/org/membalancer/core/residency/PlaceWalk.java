// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

import java.util.List;

import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.policy.AddressRange;

/**
 * Walks over all movable memory, a bounded stretch in each round, and asks the kernel where its pages lie: also those
 * that no sample ever saw, which may be cold. Moves nothing, and touches no page.
 *
 * <p>Each round goes on where the last one ended; the one after the end starts over. Address space that is not there counts
 * like pages: it costs a question too. Owned by one thread.
 */
public final class PlaceWalk {
    private final PageMover mover;
    private final int pid;
    private final int pagesPerRound;
    private final long pageBytes;
    private final LongBuffer addresses;
    private final IntBuffer statuses;
    private final PlaceWindow window;
    private long nextAddress;
    private long askedPages;
    private long presentPages;

    /**
     * Prepares to walk.
     *
     * @param mover the door to the kernel
     * @param pid the process; 0 for the caller's own
     * @param pagesPerRound most that are asked for in one round, 1 or more
     * @param pageBytes a base page's bytes
     */
    public PlaceWalk(PageMover mover, int pid, int pagesPerRound, long pageBytes) {
        if (pagesPerRound < 1 || pageBytes < 1) {
            throw new IllegalArgumentException("pagesPerRound and pageBytes must be 1 or more: pagesPerRound="
                    + pagesPerRound + " pageBytes=" + pageBytes);
        }
        this.mover = mover;
        this.pid = pid;
        this.pagesPerRound = pagesPerRound;
        this.pageBytes = pageBytes;
        int batch = Math.min(pagesPerRound, ResidencyReader.BATCH_PAGES);
        addresses = ByteBuffer.allocateDirect(batch * Long.BYTES).order(ByteOrder.nativeOrder()).asLongBuffer();
        statuses = ByteBuffer.allocateDirect(batch * Integer.BYTES).order(ByteOrder.nativeOrder()).asIntBuffer();
        window = new PlaceWindow(pagesPerRound);
    }

    /**
     * Walks on.
     *
     * @param ranges that may be moved, ascending, without overlap
     * @return what it saw, by address; valid until the next step, on the same thread; empty where the kernel refused
     */
    public PlaceWindow step(List<AddressRange> ranges) {
        nextAddress = hasPage(ranges) ? nextAddress : 0; // what was left is gone
        window.begin(nextAddress == 0);
        int left = pagesPerRound;
        boolean isRefused = false;
        while (left > 0 && hasPage(ranges) && !isRefused) {
            int asked = fill(ranges, Math.min(left, addresses.capacity()));
            isRefused = !ask(asked);
            left -= asked;
        }
        boolean isEnd = isRefused || !hasPage(ranges);
        window.end(nextAddress, isEnd && !isRefused);
        nextAddress = isEnd ? 0 : nextAddress;
        return window;
    }

    /** Asks where pages lie; returns whether the kernel said so. */
    private boolean ask(int pages) {
        askedPages += pages;
        if (mover.move(pid, pages, addresses, null, statuses) < 0) {
            return false;
        }
        for (int i = 0; i < pages; i++) {
            if (statuses.get(i) >= 0) {
                window.add(addresses.get(i), statuses.get(i));
                presentPages++;
            }
        }
        return true;
    }

    /** Pages asked for since this walk was made. */
    public long askedPages() {
        return askedPages;
    }

    /** Of those, pages that lay somewhere. */
    public long presentPages() {
        return presentPages;
    }

    /** Takes the next pages, one or more; returns how many there were. */
    private int fill(List<AddressRange> ranges, int most) {
        int range = rangeAt(ranges, nextAddress);
        long address = Math.max(nextAddress, firstPage(ranges.get(range)));
        int pages = 0;
        while (pages < most && range < ranges.size()) {
            if (address + pageBytes <= ranges.get(range).endAddress()) {
                addresses.put(pages++, address);
                address += pageBytes;
            } else if (++range < ranges.size()) {
                address = firstPage(ranges.get(range));
            }
        }
        nextAddress = address;
        return pages;
    }

    private boolean hasPage(List<AddressRange> ranges) {
        return rangeAt(ranges, nextAddress) < ranges.size();
    }

    private long firstPage(AddressRange range) {
        return range.startAddress() + pageBytes - 1 & -pageBytes;
    }

    /** The first range with a page at or after an address; their number: there is none. */
    private int rangeAt(List<AddressRange> ranges, long address) {
        int at = 0;
        while (at < ranges.size()
                && Math.max(address, firstPage(ranges.get(at))) + pageBytes > ranges.get(at).endAddress()) {
            at++;
        }
        return at;
    }
}
