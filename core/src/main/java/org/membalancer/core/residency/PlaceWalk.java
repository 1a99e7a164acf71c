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
 * <p>Each round goes on where the last one ended and starts over at the end. Address space that is not there counts like
 * pages: it costs a question too. Owned by one thread.
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
        window.begin();
        long totalPages = ranges.stream().mapToLong(range -> range.bytes() / pageBytes).sum();
        int left = (int) Math.min(pagesPerRound, totalPages);
        int walked = 0;
        boolean isRefused = false;
        while (left > 0 && !isRefused) {
            int asked = Math.min(left, addresses.capacity());
            fill(ranges, asked);
            isRefused = mover.move(pid, asked, addresses, null, statuses) < 0;
            for (int i = 0; !isRefused && i < asked; i++) {
                if (statuses.get(i) >= 0) {
                    window.add(addresses.get(i), statuses.get(i));
                    presentPages++;
                }
            }
            askedPages += asked;
            left -= asked;
            walked += isRefused ? 0 : asked;
        }
        window.cover(totalPages == 0 ? 0 : (double) walked / totalPages);
        return window;
    }

    /** Pages asked for since this walk was made. */
    public long askedPages() {
        return askedPages;
    }

    /** Of those, pages that lay somewhere. */
    public long presentPages() {
        return presentPages;
    }

    /** Takes the next pages, starting over at the end. */
    private void fill(List<AddressRange> ranges, int pages) {
        int range = rangeAt(ranges, nextAddress);
        long address = Math.max(nextAddress, firstPage(ranges.get(range)));
        for (int i = 0; i < pages; i++) {
            while (address + pageBytes > ranges.get(range).endAddress()) {
                range = range + 1 == ranges.size() ? 0 : range + 1;
                address = firstPage(ranges.get(range));
            }
            addresses.put(i, address);
            address += pageBytes;
        }
        nextAddress = address;
    }

    private long firstPage(AddressRange range) {
        return range.startAddress() + pageBytes - 1 & -pageBytes;
    }

    /** The first range that reaches beyond an address; after all, the first one. */
    private static int rangeAt(List<AddressRange> ranges, long address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (Long.compareUnsigned(ranges.get(i).endAddress(), address) > 0) {
                return i;
            }
        }
        return 0;
    }
}
