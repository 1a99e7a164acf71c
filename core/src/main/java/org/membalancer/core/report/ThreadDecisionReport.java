// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonGenerator;
import org.membalancer.core.threads.ThreadMove;
import org.membalancer.core.threads.ThreadRound;
import org.membalancer.core.threads.ThreadStay;
import org.membalancer.core.threads.ThreadUse;

/** Writes why threads move or stay: what {@code explain} shows of them. Stateless. */
final class ThreadDecisionReport {
    private static final String MOVES = "memory_there";
    private static final double PRECISION = 10_000;

    private ThreadDecisionReport() {
    }

    /** Writes one line per thread for people, those that move first. */
    static void print(ThreadRound round, Appendable out) throws IOException {
        Map<Integer, ThreadUse> uses = byTid(round);
        for (ThreadMove move : round.plan().moves()) {
            out.append(String.format(Locale.ROOT, "thread %d moves %d->%d: uses memory there%s%n", move.tid(),
                    move.fromNodeId(), move.toNodeId(), numbers(uses.get(move.tid()))));
        }
        for (Map.Entry<Integer, ThreadStay> stay : round.plan().stays().entrySet()) {
            out.append(String.format(Locale.ROOT, "thread %d stays: %s%s%n", stay.getKey(), stay.getValue().text(),
                    numbers(uses.get(stay.getKey()))));
        }
    }

    /** Writes the field {@code threads} into a JSON object that is open. */
    static void writeField(ThreadRound round, JsonGenerator json) throws IOException {
        Map<Integer, ThreadUse> uses = byTid(round);
        json.writeArrayFieldStart("threads");
        for (ThreadMove move : round.plan().moves()) {
            begin(move.tid(), true, MOVES, json);
            json.writeNumberField("toNode", move.toNodeId());
            end(uses.get(move.tid()), json);
        }
        for (Map.Entry<Integer, ThreadStay> stay : round.plan().stays().entrySet()) {
            begin(stay.getKey(), false, stay.getValue().name().toLowerCase(Locale.ROOT), json);
            end(uses.get(stay.getKey()), json);
        }
        json.writeEndArray();
    }

    private static void begin(int tid, boolean isMove, String reason, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("tid", tid);
        json.writeBooleanField("moves", isMove);
        json.writeStringField("reason", reason);
    }

    /** A thread that ended, or is not looked at because of its name, has no numbers. */
    private static void end(ThreadUse use, JsonGenerator json) throws IOException {
        if (use != null) {
            write("samplesByCpuNode", use.byCpuNode(), json);
            write("samplesByMemoryNode", use.byMemoryNode(), json);
        }
        json.writeEndObject();
    }

    private static void write(String name, List<Double> samples, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (double ofNode : samples) {
            json.writeNumber(Math.rint(ofNode * PRECISION) / PRECISION);
        }
        json.writeEndArray();
    }

    private static String numbers(ThreadUse use) {
        return use == null ? "" : " (ran: " + byNode(use.byCpuNode()) + "; memory: " + byNode(use.byMemoryNode()) + ")";
    }

    private static String byNode(List<Double> samples) {
        List<String> parts = new ArrayList<>();
        for (int nodeId = 0; nodeId < samples.size(); nodeId++) {
            if (samples.get(nodeId) > 0) {
                parts.add(String.format(Locale.ROOT, "%.1f on node %d", samples.get(nodeId), nodeId));
            }
        }
        return parts.isEmpty() ? "no samples" : String.join(", ", parts);
    }

    private static Map<Integer, ThreadUse> byTid(ThreadRound round) {
        return round.uses().stream().collect(Collectors.toMap(ThreadUse::tid, Function.identity()));
    }
}
