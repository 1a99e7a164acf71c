// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.List;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.trace.TraceProcess;
import org.membalancer.core.trace.TraceWriter;

/** Writes the memory map of a process into a trace whenever it has changed. Owned by one thread. */
final class MapWatch {
    private static final long LOOK_NS = 1_000_000_000;
    /** A map is looked at again after so many times what looking took. */
    private static final long LOOK_FACTOR = 50;

    private final TraceProcess process;
    private final int pid;
    private final MapReader reader;
    private List<MemoryRegion> written = List.of();
    private long nextLookNs;

    /** Where a map comes from. */
    @FunctionalInterface
    interface MapReader {
        List<MemoryRegion> read(int pid) throws IOException;
    }

    /**
     * Watches a process.
     *
     * @param process as samples name it
     * @param pid as this process names it
     */
    MapWatch(TraceProcess process, int pid, MapReader reader) {
        this.process = process;
        this.pid = pid;
        this.reader = reader;
    }

    /** Looks, unless it was looked at lately. */
    void writeChanged(TraceWriter writer, long nowNs) throws IOException {
        if (nowNs >= nextLookNs) {
            writeNow(writer, nowNs);
        }
    }

    /** Looks in any case. The map of a process that has ended is the one it had before. */
    void writeNow(TraceWriter writer, long nowNs) throws IOException {
        long startNs = System.nanoTime();
        List<MemoryRegion> now = read();
        nextLookNs = nowNs + Math.max(LOOK_NS, LOOK_FACTOR * (System.nanoTime() - startNs));
        if (!now.isEmpty() && !now.equals(written)) {
            writer.memoryMap(nowNs, process, now);
            written = now;
        }
    }

    private List<MemoryRegion> read() {
        try {
            return reader.read(pid);
        } catch (IOException ended) { // or may not be looked at: then no map was ever written, and replay says so
            return List.of();
        }
    }
}
