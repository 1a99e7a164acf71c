// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.OptionalInt;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.sample.SampleVisitor;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.core.trace.TraceTotals;

/**
 * Which samples of a trace are replayed, and which of those count. Immutable.
 *
 * @param tgid those of this process only; empty: of all
 * @param untilNs CLOCK_MONOTONIC of the trace; no sample after it
 * @param isUserOnly whether only what programs did themselves counts
 */
record ReplayScope(OptionalInt tgid, long untilNs, boolean isUserOnly) {

    /**
     * Hands over the samples in order of time.
     *
     * @throws IOException when the trace is cut off or corrupt, or from the visitor
     */
    void read(TraceReader reader, SampleVisitor<IOException> visitor) throws IOException {
        Sample sample = new Sample();
        while (reader.next(sample) && sample.timeNs() <= untilNs) {
            if (tgid.isEmpty() || sample.tgid() == tgid.getAsInt()) {
                visitor.visit(sample);
            }
        }
    }

    /** Whether a sample that is replayed is to count; else the helper drops it, and counts that. */
    boolean isWanted(Sample sample) {
        return !isUserOnly || !sample.is(Sample.KERNEL);
    }

    /** When the part that was read ends: at the limit, or where the trace ends before it. */
    long endNs(TraceReader reader) {
        return Math.min(untilNs, reader.totals().map(TraceTotals::endNs).orElse(untilNs));
    }
}
