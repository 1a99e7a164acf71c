// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.trace.TraceTotals;
import org.membalancer.core.trace.TraceWriter;

/** Brings accesses from the ring of a group into a trace. Owned by one thread. */
final class Recorder {
    /** A group of one's own tags even its only process; the trace is of that one, and its map has this tag. */
    private static final int ONLY_PROCESS = 0;
    private static final long FLUSH_NS = 1_000_000_000;

    private final RecentRing ring;
    private final TraceWriter writer;
    private final MapWatch maps;
    private final LongSupplier clock;
    private final Sample sample = new Sample();
    private long lastNs;
    private long flushNs;

    /**
     * Prepares to record.
     *
     * @param startNs of the trace
     * @param clock CLOCK_MONOTONIC
     */
    Recorder(RecentRing ring, TraceWriter writer, MapWatch maps, long startNs, LongSupplier clock) {
        this.ring = ring;
        this.writer = writer;
        this.maps = maps;
        this.clock = clock;
        this.lastNs = startNs;
        this.flushNs = startNs + FLUSH_NS;
    }

    /** Writes what there is now. Call it many times while the ring goes round once. */
    void poll() throws IOException {
        ring.drain(this::write);
        noteLost();
        long nowNs = clock.getAsLong();
        maps.writeChanged(writer, nowNs);
        if (nowNs >= flushNs) { // so that kill -9 costs no more than the last second
            writer.flush();
            flushNs = nowNs + FLUSH_NS;
        }
    }

    /** Writes what is left, the last maps and the end. */
    TraceTotals finish() throws IOException {
        ring.drain(this::write);
        noteLost();
        maps.writeNow(writer, clock.getAsLong());
        return writer.finish(Math.max(lastNs, clock.getAsLong()));
    }

    /** Two CPUs may number their accesses a little out of order; in a trace time does not go back. */
    private void write(Sample read) throws IOException {
        noteLost();
        lastNs = Math.max(lastNs, read.timeNs());
        writer.sample(sample.set(read).at(lastNs, read.address(), read.codeAddress())
                .by(ONLY_PROCESS, read.tgid(), read.tid()));
    }

    private void noteLost() throws IOException {
        if (ring.lost() > writer.lost()) {
            writer.lost(lastNs, ring.lost() - writer.lost());
        }
    }
}
