// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.membalancer.core.sample.SampleVisitor;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.trace.TraceTotals;

/**
 * Which samples of a trace are replayed: those of one process, up to an instant. Owned by one thread.
 *
 * <p>One pass may be made as often as needed; the first one finds the process where none was named.
 */
final class ReplayScope {
    private final Path file;
    private final boolean isNamed;
    private final long untilNs;
    private OptionalInt tgid;
    private int tag;

    /**
     * Sets the limits.
     *
     * @param tgid the process; empty: the only one of the trace
     * @param untilNs CLOCK_MONOTONIC of the trace; no sample after it
     */
    ReplayScope(Path file, OptionalInt tgid, long untilNs) {
        this.file = file;
        this.isNamed = tgid.isPresent();
        this.tgid = tgid;
        this.untilNs = untilNs;
    }

    /**
     * Hands over the samples in order of time.
     *
     * @throws FailureException when no process was named and the trace has several
     * @throws IOException when the trace is cut off or corrupt, or from the visitor
     */
    void read(TraceReader reader, SampleVisitor<IOException> visitor) throws IOException, FailureException {
        Sample sample = new Sample();
        while (reader.next(sample) && sample.timeNs() <= untilNs) {
            if (isWanted(sample)) {
                tag = sample.processTag();
                visitor.visit(sample);
            }
        }
    }

    /** The process, as samples name it; 0: the trace has none. */
    int tgid() {
        return tgid.orElse(0);
    }

    /** Its tag when it was seen last. */
    int tag() {
        return tag;
    }

    /** When the part that was read ends: at the limit, or where the trace ends before it. */
    long endNs(TraceReader reader) {
        return Math.min(untilNs, reader.totals().map(TraceTotals::endNs).orElse(untilNs));
    }

    private boolean isWanted(Sample sample) throws FailureException {
        if (tgid.isEmpty()) {
            tgid = OptionalInt.of(sample.tgid());
        }
        if (!isNamed && sample.tgid() != tgid.getAsInt()) {
            throw new FailureException(file + ": has samples of several processes, such as " + tgid.getAsInt() + " and "
                    + sample.tgid() + ": choose one with -p");
        }
        return sample.tgid() == tgid.getAsInt();
    }
}
