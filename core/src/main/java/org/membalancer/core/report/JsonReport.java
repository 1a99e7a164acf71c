// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;

import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Writes a report for programs, as docs/report-format.md describes it. */
public final class JsonReport {
    /** Of the format; grows when a field changes its meaning or goes. */
    public static final int FORMAT_VERSION = 1;

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
        try (JsonGenerator json = new JsonFactory().createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            new JsonReport(json).report(report);
        }
        out.write(System.lineSeparator());
        out.flush();
    }

    private void report(Report report) throws IOException {
        json.writeStartObject();
        json.writeNumberField("formatVersion", FORMAT_VERSION);
        json.writeNumberField("pid", report.pid());
        nodes(report.topology());
        if (report.sampling().isPresent()) {
            sampling(report.sampling().get());
        }
        table(report.table());
        json.writeObjectFieldStart("jvm");
        for (Map.Entry<String, String> fact : report.jvm().entrySet()) {
            json.writeStringField(fact.getKey(), fact.getValue());
        }
        json.writeEndObject();
        migration(report.migration());
        json.writeArrayFieldStart("notes");
        for (String note : report.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        regions(report.regions());
        blocks(report.blocks());
        json.writeEndObject();
    }

    private void nodes(Topology topology) throws IOException {
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

    private void sampling(SamplingStatus status) throws IOException {
        json.writeObjectFieldStart("sampling");
        json.writeStringField("source", status.source());
        json.writeStringField("why", status.why());
        json.writeNumberField("rateAskedHz", status.rateAskedHz());
        json.writeNumberField("rateHz", status.rateHz());
        json.writeNumberField("cpuCount", status.cpuCount());
        json.writeNumberField("costPermille", status.costPermille());
        json.writeNumberField("maxCpuPermille", status.maxCpuPermille());
        json.writeStringField("helperVersion", status.version());
        json.writeNumberField("seen", status.seen());
        json.writeNumberField("recorded", status.recorded());
        json.writeObjectFieldStart("dropped");
        for (Map.Entry<String, Long> drop : status.drops().entrySet()) {
            json.writeNumberField(drop.getKey(), drop.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("underWay", status.unaccounted());
        json.writeEndObject();
    }

    private void table(TableTotals table) throws IOException {
        json.writeObjectFieldStart("table");
        json.writeNumberField("slots", table.slots());
        json.writeNumberField("pages", table.pages());
        json.writeNumberField("skippedSlots", table.skippedSlots());
        json.writeNumberField("recorded", table.recorded());
        json.writeNumberField("replaced", table.replaced());
        json.writeNumberField("dropped", table.dropped());
        json.writeNumberField("accesses", table.accesses());
        json.writeNumberField("windowNs", table.windowNs());
        json.writeEndObject();
    }

    private void migration(MigrationTotals totals) throws IOException {
        json.writeObjectFieldStart("migration");
        json.writeNumberField("rounds", totals.rounds());
        json.writeNumberField("asked", totals.asked());
        json.writeObjectFieldStart("outcomes");
        for (MoveOutcome outcome : MoveOutcome.values()) {
            json.writeNumberField(outcome.name(), totals.pages(outcome));
        }
        json.writeEndObject();
        json.writeNumberField("movedBytes", totals.movedBytes());
        json.writeNumberField("elapsedNs", totals.elapsedNs());
        json.writeNumberField("calls", totals.calls());
        json.writeNumberField("lastErrno", totals.lastErrno());
        json.writeEndObject();
    }

    private void regions(List<RegionHeat> regions) throws IOException {
        json.writeArrayFieldStart("regions");
        for (RegionHeat region : regions) {
            json.writeStartObject();
            json.writeStringField("start", hex(region.startAddress()));
            json.writeStringField("end", hex(region.endAddress()));
            json.writeStringField("mapping", region.label());
            json.writeNumberField("share", region.share());
            json.writeNumberField("accesses", region.accesses());
            json.writeNumberField("stalls", region.stalls());
            accessesByNode(region.accessesByNode());
            json.writeObjectFieldStart("bytesByNode");
            for (Map.Entry<Integer, Long> place : region.bytesByNode().entrySet()) {
                json.writeNumberField(place.getKey().toString(), place.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("pages", region.pages());
            json.writeNumberField("storeShare", region.storeShare());
            json.writeNumberField("codeShare", region.codeShare());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void blocks(List<BlockHeat> blocks) throws IOException {
        json.writeArrayFieldStart("blocks");
        for (BlockHeat block : blocks) {
            json.writeStartObject();
            json.writeStringField("address", hex(block.startAddress()));
            json.writeNumberField("bytes", block.bytes());
            json.writeNumberField("accesses", block.accesses());
            json.writeNumberField("stalls", block.stalls());
            accessesByNode(block.accessesByNode());
            json.writeObjectFieldStart("pagesByNode");
            for (Map.Entry<Integer, Integer> place : block.pagesByNode().entrySet()) {
                json.writeNumberField(place.getKey().toString(), place.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("absentPages", block.absentPages());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void accessesByNode(List<Double> accesses) throws IOException {
        json.writeArrayFieldStart("accessesByNode");
        for (double each : accesses) {
            json.writeNumber(each);
        }
        json.writeEndArray();
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
