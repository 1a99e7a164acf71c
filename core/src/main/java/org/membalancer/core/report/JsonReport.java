// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Writes a report for programs, as docs/report-format.md describes it. */
public final class JsonReport {
    /** Raised when a field changes its meaning or goes away; new fields do not raise it. */
    public static final int FORMAT_VERSION = 1;

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double PRECISION = 10_000;

    private final JsonGenerator json;

    private JsonReport(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Writes one JSON object and a line end; does not close the writer.
     *
     * @throws IOException from the writer
     */
    public static void write(Report report, Writer out) throws IOException {
        JsonGenerator json = FACTORY.createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        try (json) {
            new JsonReport(json).write(report);
        }
        out.write('\n');
        out.flush();
    }

    private void write(Report report) throws IOException {
        json.writeStartObject();
        json.writeNumberField("formatVersion", FORMAT_VERSION);
        json.writeNumberField("pid", report.pid());
        writeNodes(report.topology());
        if (report.sampling().isPresent()) {
            writeSampling(report.sampling().get());
        }
        writeTable(report.table());
        writeRegions(report.regions());
        writeBlocks(report.blocks());
        writeTexts("jvm", report.jvm());
        writeMigration(report.migration());
        json.writeArrayFieldStart("notes");
        for (String note : report.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeNodes(Topology topology) throws IOException {
        json.writeArrayFieldStart("nodes");
        for (Node node : topology.nodes()) {
            json.writeStartObject();
            json.writeNumberField("id", node.nodeId());
            json.writeStringField("cpus", CpuList.format(node.cpus()));
            json.writeNumberField("totalBytes", node.totalBytes());
            json.writeNumberField("freeBytes", node.freeBytes());
            json.writeObjectFieldStart("distances");
            for (Node to : topology.nodes()) {
                json.writeNumberField(String.valueOf(to.nodeId()), topology.distance(node.nodeId(), to.nodeId()));
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeSampling(SamplingStatus status) throws IOException {
        json.writeObjectFieldStart("sampling");
        json.writeStringField("source", status.source());
        json.writeStringField("why", status.why());
        json.writeStringField("version", status.version());
        json.writeNumberField("helperPid", status.helperPid());
        json.writeNumberField("rateAskedHz", status.rateAskedHz());
        json.writeNumberField("rateHz", status.rateHz());
        json.writeNumberField("cpuCount", status.cpuCount());
        json.writeNumberField("groupCount", status.groupCount());
        json.writeNumberField("peerCount", status.peerCount());
        json.writeNumberField("maxCpuPermille", status.maxCpuPermille());
        json.writeNumberField("costPermille", status.costPermille());
        json.writeNumberField("uptimeNs", status.uptimeNs());
        json.writeNumberField("runTimeNs", status.runTimeNs());
        json.writeNumberField("runCount", status.runCount());
        json.writeNumberField("tableMemoryBytes", status.tableMemoryBytes());
        json.writeNumberField("requests", status.requests());
        json.writeNumberField("requestsRefused", status.requestsRefused());
        json.writeNumberField("seen", status.seen());
        json.writeNumberField("recorded", status.recorded());
        writeCounts("dropped", status.drops());
        json.writeNumberField("underWay", status.unaccounted());
        writeCounts("counters", status.counters());
        json.writeEndObject();
    }

    private void writeTable(TableTotals table) throws IOException {
        json.writeObjectFieldStart("table");
        json.writeNumberField("slots", table.slots());
        json.writeNumberField("pages", table.pages());
        json.writeNumberField("skippedSlots", table.skippedSlots());
        json.writeNumberField("recorded", table.recorded());
        json.writeNumberField("replaced", table.replaced());
        json.writeNumberField("dropped", table.dropped());
        writeDecimal("accesses", table.accesses());
        json.writeNumberField("windowNs", table.windowNs());
        json.writeEndObject();
    }

    private void writeRegions(List<RegionHeat> regions) throws IOException {
        json.writeArrayFieldStart("regions");
        for (RegionHeat region : regions) {
            json.writeStartObject();
            json.writeStringField("address", hex(region.startAddress()));
            json.writeNumberField("bytes", region.bytes());
            json.writeStringField("label", region.label());
            writeDecimal("share", region.share());
            writeDecimal("accesses", region.accesses());
            writeDecimal("stalls", region.stalls());
            writeDecimals("accessesByNode", region.accessesByNode());
            writeByNode("bytesByNode", region.bytesByNode());
            json.writeNumberField("pages", region.pages());
            writeDecimal("storeShare", region.storeShare());
            writeDecimal("codeShare", region.codeShare());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeBlocks(List<BlockHeat> blocks) throws IOException {
        json.writeArrayFieldStart("blocks");
        for (BlockHeat block : blocks) {
            json.writeStartObject();
            json.writeStringField("address", hex(block.startAddress()));
            json.writeNumberField("bytes", block.bytes());
            writeDecimal("accesses", block.accesses());
            writeDecimal("stalls", block.stalls());
            writeDecimals("accessesByNode", block.accessesByNode());
            writeByNode("pagesByNode", block.pagesByNode());
            json.writeNumberField("absentPages", block.absentPages());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeMigration(MigrationTotals migration) throws IOException {
        json.writeObjectFieldStart("migration");
        json.writeNumberField("rounds", migration.rounds());
        json.writeNumberField("asked", migration.asked());
        json.writeNumberField("movedBytes", migration.movedBytes());
        json.writeNumberField("elapsedNs", migration.elapsedNs());
        json.writeNumberField("calls", migration.calls());
        json.writeNumberField("lastErrno", migration.lastErrno());
        json.writeObjectFieldStart("outcomes");
        for (MoveOutcome outcome : MoveOutcome.values()) {
            json.writeNumberField(outcome.name().toLowerCase(Locale.ROOT), migration.pages(outcome));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeTexts(String name, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    private void writeCounts(String name, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    private void writeByNode(String name, Map<Integer, ? extends Number> amounts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<Integer, ? extends Number> amount : amounts.entrySet()) {
            json.writeNumberField(String.valueOf(amount.getKey()), amount.getValue().longValue());
        }
        json.writeEndObject();
    }

    private void writeDecimals(String name, List<Double> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (double value : values) {
            json.writeNumber(rounded(value));
        }
        json.writeEndArray();
    }

    private void writeDecimal(String name, double value) throws IOException {
        json.writeNumberField(name, rounded(value));
    }

    private static double rounded(double value) {
        return Math.rint(value * PRECISION) / PRECISION;
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
