// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.membalancer.core.policy.BlockDecision;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.threads.ThreadRound;

/** Writes why blocks and threads move or stay: what {@code explain} shows. Stateless. */
public final class DecisionReport {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double PRECISION = 10_000;
    private static final double MILLISECOND_NS = 1e6;

    private DecisionReport() {
    }

    /**
     * Writes a plan's decisions for people, one line per block and thread, after what they were weighed by and what a sample
     * stands for.
     *
     * @param threads the same round's threads
     * @throws IOException from {@code out}
     */
    public static void print(MigrationPlan plan, ThreadRound threads, Appendable out) throws IOException {
        out.append("weighed by ").append(plan.weight().text())
                .append("; a sample stands for ").append(plan.worth().text()).append('\n');
        for (String note : plan.notes()) {
            out.append("note: ").append(note).append('\n');
        }
        for (BlockDecision decision : plan.decisions()) {
            out.append(line(decision)).append('\n');
        }
        ThreadDecisionReport.print(threads, out);
    }

    /** One block's decision in one line. */
    public static String line(BlockDecision decision) {
        return String.format(Locale.ROOT, "0x%x %s %s: %s (%s; gain %.1f of distance, benefit %.2f ms, cost %.2f ms)",
                decision.startAddress(), Amounts.bytes(decision.bytes()), what(decision), decision.text(),
                samples(decision), decision.numbers().gainPerAccess(),
                decision.numbers().benefitNs() / MILLISECOND_NS, decision.numbers().costNs() / MILLISECOND_NS);
    }

    /**
     * Writes a plan's decisions for programs: one JSON object and a line end; does not close the writer.
     *
     * @param threads the same round's threads; where none was looked at, there is no field for them
     * @throws IOException from the writer
     */
    public static void write(MigrationPlan plan, ThreadRound threads, Writer out) throws IOException {
        write(OptionalInt.empty(), plan, threads, out);
    }

    /**
     * Writes the decisions of a plan for one of several processes, with a field {@code process} first.
     *
     * @param pid empty: it is the only one, and there is no such field
     * @throws IOException from the writer
     */
    public static void write(OptionalInt pid, MigrationPlan plan, ThreadRound threads, Writer out) throws IOException {
        JsonGenerator json = FACTORY.createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        try (json) {
            json.writeStartObject();
            if (pid.isPresent()) {
                json.writeNumberField("process", pid.getAsInt());
            }
            writeFields(plan, json);
            if (threads.threads() > 0) {
                ThreadDecisionReport.writeField(threads, json);
            }
            json.writeEndObject();
        }
        out.write('\n');
        out.flush();
    }

    /**
     * Writes the fields {@code weight}, {@code sampleNs}, {@code isSampleMeasured}, {@code notes} and
     * {@code decisions} into a JSON object that is open.
     *
     * @throws IOException from the generator
     */
    static void writeFields(MigrationPlan plan, JsonGenerator json) throws IOException {
        json.writeStringField("weight", plan.weight().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("sampleNs", rounded(plan.worth().threadNs()));
        json.writeBooleanField("isSampleMeasured", plan.worth().isMeasured());
        json.writeArrayFieldStart("notes");
        for (String note : plan.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("decisions");
        for (BlockDecision decision : plan.decisions()) {
            write(decision, json);
        }
        json.writeEndArray();
    }

    private static void write(BlockDecision decision, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", "0x" + Long.toHexString(decision.startAddress()));
        json.writeNumberField("bytes", decision.bytes());
        json.writeBooleanField("moves", decision.moved().isPresent());
        json.writeStringField("reason", decision.moved().map(Enum::name)
                .orElseGet(() -> decision.stayed().orElseThrow().name()).toLowerCase(Locale.ROOT));
        json.writeStringField("text", decision.text());
        json.writeNumberField("fromNode", decision.fromNodeId());
        json.writeNumberField("toNode", decision.toNodeId());
        json.writeArrayFieldStart("samplesByNode");
        for (double samples : decision.samplesByNode()) {
            json.writeNumber(rounded(samples));
        }
        json.writeEndArray();
        json.writeNumberField("gainPerAccess", rounded(decision.numbers().gainPerAccess()));
        json.writeNumberField("benefitNs", rounded(decision.numbers().benefitNs()));
        json.writeNumberField("costNs", rounded(decision.numbers().costNs()));
        json.writeEndObject();
    }

    private static String what(BlockDecision decision) {
        if (decision.moved().isPresent()) {
            return "moves " + decision.fromNodeId() + "->" + decision.toNodeId();
        }
        return decision.toNodeId() == BlockDecision.NO_NODE ? "stays"
                : "stays on " + decision.fromNodeId() + ", not " + decision.toNodeId();
    }

    private static String samples(BlockDecision decision) {
        List<String> samples = new ArrayList<>();
        for (int nodeId = 0; nodeId < decision.samplesByNode().size(); nodeId++) {
            double ofNode = decision.samplesByNode().get(nodeId);
            if (ofNode > 0) {
                samples.add(String.format(Locale.ROOT, "%.1f from node %d", ofNode, nodeId));
            }
        }
        return samples.isEmpty() ? "no samples" : String.join(", ", samples);
    }

    private static double rounded(double value) {
        return Math.rint(value * PRECISION) / PRECISION;
    }
}
