// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.membalancer.core.report.JsonReport;
import org.membalancer.core.report.RegionHeat;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.TextReport;

/** Prints a report to a stream that stays open. */
final class ReportPrinter {
    private ReportPrinter() {
    }

    /**
     * Prints one report.
     *
     * @param top regions printed at most
     */
    static void print(Report report, int top, boolean isJson, PrintStream out) throws IOException {
        PrintWriter writer = new PrintWriter(out, false, StandardCharsets.UTF_8);
        Report shown = withRegions(report, top);
        if (isJson) {
            JsonReport.write(shown, writer);
        } else {
            TextReport.print(shown, writer);
        }
        writer.flush();
    }

    /** The same with so many regions at most. */
    static Report withRegions(Report report, int top) {
        List<RegionHeat> regions = report.regions();
        return new Report(report.pid(), report.topology(), report.sampling(), report.table(),
                regions.subList(0, Math.min(top, regions.size())), report.blocks(), report.jvm(), report.migration(),
                report.notes());
    }
}
