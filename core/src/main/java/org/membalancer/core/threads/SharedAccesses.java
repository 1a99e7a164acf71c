// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.HashMap;
import java.util.Map;

import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.core.sample.Sample;

/** The recent accesses of a group of several processes, each handed to the memory of its process's threads. Owned by one thread. */
public final class SharedAccesses {
    private final RecentRing ring;
    private final HeatTable threads;
    private final Map<Integer, ThreadMemory> byTag = new HashMap<>();

    /**
     * Prepares to read.
     *
     * @param ring of the group
     * @param threads the thread table of the same group
     */
    public SharedAccesses(RecentRing ring, HeatTable threads) {
        this.ring = ring;
        this.threads = threads;
    }

    /**
     * The memory of a process's threads, which is told of its accesses until {@link #leave}.
     *
     * @param tag of the process in its group
     * @param mover asked for the nodes of pages
     * @param pid the process
     * @param pageBytes a power of two
     */
    public ThreadMemory join(int tag, PageMover mover, int pid, long pageBytes) {
        ThreadMemory memory = ThreadMemory.fedFrom(ring, mover, pid, threads, pageBytes);
        byTag.put(tag, memory);
        return memory;
    }

    /** Passes over the accesses of a process from now on. */
    public void leave(int tag) {
        byTag.remove(tag);
    }

    /** Hands over what came since the last time; those of processes that have not joined are passed over. */
    public void drain(long nowNs) {
        byTag.values().forEach(memory -> memory.beginFeeding(nowNs));
        ring.drainNow(this::handOver);
    }

    private void handOver(Sample sample) {
        ThreadMemory memory = byTag.get(sample.processTag());
        if (memory != null) {
            memory.feed(sample);
        }
    }
}
