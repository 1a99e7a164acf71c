// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.membalancer.core.report.Amounts;
import org.membalancer.core.report.JsonReport;
import org.membalancer.core.report.TextReport;

/** Prints reports of several processes to a stream that stays open. */
final class GroupReportPrinter {
    private static final int FORMAT_VERSION = 1;
    private static final String LINE = "%10s  %-15s %-6s %10s %8s  %-24s %s%n";

    private GroupReportPrinter() {
    }

    /**
     * Prints one report.
     *
     * @param top regions of each process printed at most
     */
    static void print(GroupReport report, int top, boolean isJson, PrintStream out) throws IOException {
        PrintWriter writer = new PrintWriter(out, false, StandardCharsets.UTF_8);
        if (isJson) {
            writer.println(json(report, top));
        } else {
            printText(report, top, writer);
        }
        writer.flush();
    }

    private static void printText(GroupReport report, int top, PrintWriter out) throws IOException {
        out.println("target     " + report.target());
        out.println("processes  " + report.aliveCount() + " alive, " + report.processCount() + " with samples, "
                + report.samples() + " samples");
        report.notes().forEach(note -> out.println("note       " + note));
        if (report.processes().isEmpty()) {
            return;
        }
        TextReport.printMachine(report.processes().get(0).report(), out);
        printProcesses(report, out);
        for (GroupReport.Entry entry : report.processes()) {
            out.println();
            out.println("process    " + entry.process().pid() + " " + entry.process().command()
                    + (entry.process().isAlive() ? "" : " (ended)"));
            entry.report().notes().forEach(note -> out.println("note       " + note));
            TextReport.printRegions(ReportPrinter.withRegions(entry.report(), top), out);
        }
    }

    private static void printProcesses(GroupReport report, PrintWriter out) {
        out.println();
        out.printf(Locale.ROOT, LINE, "process", "command", "state", "samples", "share", "from CPUs of node",
                "memory on node");
        for (GroupReport.Entry entry : report.processes()) {
            MemberProcess process = entry.process();
            out.printf(Locale.ROOT, LINE, process.pid(), process.command(), process.isAlive() ? "alive" : "ended",
                    process.recorded(), Amounts.percent(report.share(entry)), shares(entry.accessesByNode()),
                    shares(entry.pagesByNode()));
        }
        if (report.processCount() > report.processes().size()) {
            out.printf(Locale.ROOT, "%10s  %d more%n", "", report.processCount() - report.processes().size());
        }
    }

    private static String shares(Map<Integer, Double> byNode) {
        double sum = byNode.values().stream().mapToDouble(Double::doubleValue).sum();
        return byNode.isEmpty() ? "-" : byNode.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + Amounts.percent(entry.getValue() / sum))
                .collect(Collectors.joining(" "));
    }

    private static String json(GroupReport report, int top) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.factory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("formatVersion", FORMAT_VERSION);
            json.writeStringField("target", report.target());
            json.writeNumberField("aliveProcesses", report.aliveCount());
            json.writeNumberField("sampledProcesses", report.processCount());
            json.writeNumberField("samples", report.samples());
            json.writeArrayFieldStart("notes");
            for (String note : report.notes()) {
                json.writeString(note);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("processes");
            for (GroupReport.Entry entry : report.processes()) {
                writeEntry(json, report, entry, top);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeEntry(JsonGenerator json, GroupReport report, GroupReport.Entry entry, int top)
            throws IOException {
        StringWriter own = new StringWriter();
        JsonReport.write(ReportPrinter.withRegions(entry.report(), top), own);
        json.writeStartObject();
        json.writeNumberField("pid", entry.process().pid());
        json.writeNumberField("parentPid", entry.process().parentPid());
        json.writeStringField("command", entry.process().command());
        json.writeStringField("state", entry.process().isAlive() ? "alive" : "ended");
        json.writeNumberField("samples", entry.process().recorded());
        json.writeNumberField("share", report.share(entry));
        json.writeFieldName("report");
        json.writeRawValue(own.toString().strip());
        json.writeEndObject();
    }
}
