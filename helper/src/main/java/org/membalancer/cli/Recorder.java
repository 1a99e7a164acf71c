// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.membalancer.core.sample.RecentRings;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.trace.TraceWriter;

/** Brings accesses from the rings of groups into a trace. Owned by one thread. */
final class Recorder {
    private static final long FLUSH_NS = 1_000_000_000;

    private final RecentRings rings;
    private final TraceWriter writer;
    private final RecordedProcesses processes;
    private final LongSupplier clock;
    private final Sample sample = new Sample();
    private long lastNs;
    private long flushNs;
    private long twice;

    /**
     * Prepares to record.
     *
     * @param startNs of the trace
     * @param clock CLOCK_MONOTONIC
     */
    Recorder(RecentRings rings, TraceWriter writer, RecordedProcesses processes, long startNs, LongSupplier clock) {
        this.rings = rings;
        this.writer = writer;
        this.processes = processes;
        this.clock = clock;
        this.lastNs = startNs;
        this.flushNs = startNs + FLUSH_NS;
    }

    /** Writes what there is now. Call it many times while a ring goes round once. */
    void poll() throws IOException {
        long nowNs = clock.getAsLong();
        rings.drain(nowNs, this::write);
        noteLost();
        processes.look(nowNs);
        if (nowNs >= flushNs) { // so that kill -9 costs no more than the last second
            writer.flush();
            flushNs = nowNs + FLUSH_NS;
        }
    }

    /** Writes what is left and the last maps; counters and the end may follow. */
    void finish() throws IOException {
        rings.drainRest(this::write);
        noteLost();
        processes.finish(clock.getAsLong());
    }

    /** CLOCK_MONOTONIC now, and not before the last sample. */
    long endNs() {
        return Math.max(lastNs, clock.getAsLong());
    }

    /** Accesses that came from two groups, and were written once. */
    long twice() {
        return twice;
    }

    /** Two CPUs may number their accesses a little out of order; in a trace time does not go back. */
    private void write(int group, Sample read) throws IOException {
        noteLost();
        lastNs = Math.max(lastNs, read.timeNs());
        int tag = processes.tagOf(group, read, lastNs);
        if (tag == RecordedProcesses.TAKEN_ELSEWHERE) {
            twice++;
            return;
        }
        writer.sample(sample.set(read).at(lastNs, read.address(), read.codeAddress()).by(tag, read.tgid(), read.tid()));
    }

    private void noteLost() throws IOException {
        if (rings.lost() > writer.lost()) {
            writer.lost(lastNs, rings.lost() - writer.lost());
        }
    }
}
