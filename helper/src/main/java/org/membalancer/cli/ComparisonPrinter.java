// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import org.membalancer.core.simulate.Comparison;
import org.membalancer.core.simulate.Contender;
import org.membalancer.core.simulate.SimulationSettings;

/** Prints comparisons: one scenario as a row per policy, several as tables of scenarios by policies. */
final class ComparisonPrinter {
    private static final int SCENARIO_WIDTH = 18;
    private static final double SECOND_NS = 1e9;

    private final List<Comparison> comparisons;
    private final List<Contender> contenders;

    ComparisonPrinter(List<Comparison> comparisons, List<Contender> contenders) {
        this.comparisons = comparisons;
        this.contenders = contenders;
    }

    void print(PrintStream out) {
        if (comparisons.size() == 1) {
            printOne(comparisons.get(0), out);
            return;
        }
        out.println("mean latency, in units of the oracle's");
        printTable(out, (comparison, row) -> ratio(OptionalDouble.of(comparison.latencyRatio(row))));
        out.println();
        out.println("bytes moved, in units of the oracle's (-: it moves nothing)");
        printTable(out, (comparison, row) -> ratio(comparison.bytesRatio(row)));
    }

    /** Prints the only comparison, and how many times faster than real time each run was, for one that lasts so long. */
    void printTimed(double seconds, PrintStream out) {
        Comparison comparison = comparisons.get(0);
        printHead(comparison, "  times real time", out);
        comparison.rows().forEach(row -> out.printf(Locale.ROOT, "%s %16.0f%n", text(comparison, row),
                seconds * SECOND_NS / Math.max(1, row.elapsedNs())));
    }

    void writeJson(SimulationSettings settings, PrintStream out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeNumberField("seed", settings.seed());
            json.writeNumberField("sampleRateHz", settings.sampleRateHz());
            json.writeArrayFieldStart("scenarios");
            for (Comparison comparison : comparisons) {
                write(comparison, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void printOne(Comparison comparison, PrintStream out) {
        printHead(comparison, "", out);
        comparison.rows().forEach(row -> out.println(text(comparison, row)));
    }

    private static void printHead(Comparison comparison, String last, PrintStream out) {
        out.println(comparison.title() + ": " + comparison.text());
        out.printf("%-16s %8s %12s %12s%s%n", "policy", "latency", "bytes moved", "of all pages", last);
    }

    private static String text(Comparison comparison, Comparison.Row row) {
        return String.format(Locale.ROOT, "%-16s %8s %12s %10.1f %%", row.contender().title(),
                ratio(OptionalDouble.of(comparison.latencyRatio(row))), ratio(comparison.bytesRatio(row)),
                100 * comparison.movedShare(row));
    }

    private void printTable(PrintStream out, BiFunction<Comparison, Comparison.Row, String> cell) {
        StringBuilder head = new StringBuilder(padded("scenario"));
        for (Contender contender : contenders) {
            head.append("  ").append(contender.title());
        }
        out.println(head);
        for (Comparison comparison : comparisons) {
            StringBuilder line = new StringBuilder(padded(comparison.title()));
            for (Comparison.Row row : comparison.rows()) {
                String text = cell.apply(comparison, row);
                line.append(" ".repeat(2 + Math.max(0, row.contender().title().length() - text.length())))
                        .append(text);
            }
            out.println(line);
        }
    }

    private static void write(Comparison comparison, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("scenario", comparison.title());
        json.writeStringField("kind", comparison.kind());
        json.writeArrayFieldStart("policies");
        for (Comparison.Row row : comparison.rows()) {
            json.writeStartObject();
            json.writeStringField("policy", row.contender().title());
            json.writeNumberField("latencyRatio", comparison.latencyRatio(row));
            if (comparison.bytesRatio(row).isPresent()) {
                json.writeNumberField("bytesRatio", comparison.bytesRatio(row).getAsDouble());
            }
            json.writeNumberField("meanLatencyNs", row.cost().meanLatencyNs());
            json.writeNumberField("movedBytes", row.cost().movedBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String ratio(OptionalDouble ratio) {
        return ratio.isEmpty() ? "-" : String.format(Locale.ROOT, "%.3f", ratio.getAsDouble());
    }

    private static String padded(String text) {
        return String.format("%-" + SCENARIO_WIDTH + "s", text);
    }
}
