// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.membalancer.core.trace.TraceTotals;

/**
 * What a recording came to, for people. Immutable.
 *
 * @param counters under the names of {@link RecordCounters}
 * @param bytes of the file
 */
record RecordSummary(TraceTotals totals, long elapsedNs, Map<String, Long> counters, long bytes) {

    void print(Path file, PrintStream out) {
        long twice = counters.get(RecordCounters.TWICE);
        out.println("seen " + (totals.samples() + totals.lost() + twice) + " samples in " + Figures.seconds(elapsedNs)
                + " = written " + totals.samples() + " + lost " + totals.lost()
                + (twice == 0 ? "" : " + seen in two groups " + twice));
        out.println(processes(counters));
        out.println(file + ": " + Figures.bytes(bytes) + (totals.samples() == 0 ? ""
                : ", " + Figures.ratio(bytes, totals.samples()) + " bytes a sample"));
    }

    /** One line about the processes, as both recording and replaying print it. */
    static String processes(Map<String, Long> counters) {
        return "processes " + counters.getOrDefault(RecordCounters.ENTERED, 0L) + " came in, "
                + counters.getOrDefault(RecordCounters.LEFT, 0L) + " ended or left, "
                + counters.getOrDefault(RecordCounters.WITHOUT_PLACE, 0L) + " without a place; in the trace "
                + counters.getOrDefault(RecordCounters.RECORDED, 0L) + ", without a memory map "
                + counters.getOrDefault(RecordCounters.WITHOUT_MAP, 0L);
    }
}
