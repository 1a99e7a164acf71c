// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.util.List;

import org.membalancer.core.residency.MemoryRegion;

/** Writes and reads the regions of a memory map: addresses as differences, a path only where it changes. */
final class MapCodec {
    private static final int READABLE = 1;
    private static final int WRITABLE = 2;
    private static final int EXECUTABLE = 4;
    private static final int SHARED = 8;
    private static final int SAME_PATH = 16;
    private static final int ALL = 31;

    private MapCodec() {
    }

    /** Appends one region, given what lies before it in the same block: its end and its path. */
    static void write(MemoryRegion region, long endBefore, String pathBefore, PayloadWriter to) {
        boolean samePath = region.path().equals(pathBefore);
        to.octet((region.readable() ? READABLE : 0) | (region.writable() ? WRITABLE : 0)
                | (region.executable() ? EXECUTABLE : 0) | (region.shared() ? SHARED : 0) | (samePath ? SAME_PATH : 0));
        to.unsigned(region.startAddress() - endBefore);
        to.unsigned(region.bytes());
        if (!samePath) {
            to.text(region.path());
        }
    }

    /** Appends so many regions to a list. */
    static void read(PayloadReader from, int count, List<MemoryRegion> into) throws TraceException {
        long end = 0;
        String path = "";
        for (int i = 0; i < count; i++) {
            int modes = from.octet();
            if (modes > ALL) {
                throw from.wrong("modes of a region must be 0.." + ALL + ": modes=" + modes);
            }
            long start = end + from.unsigned();
            end = start + from.unsigned();
            path = (modes & SAME_PATH) != 0 ? path : from.text("path");
            into.add(new MemoryRegion(start, end, (modes & READABLE) != 0, (modes & WRITABLE) != 0,
                    (modes & EXECUTABLE) != 0, (modes & SHARED) != 0, path));
        }
    }
}
