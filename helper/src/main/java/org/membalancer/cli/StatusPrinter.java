// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.membalancer.core.report.SamplingStatus;

/** Prints the helper's state for people and for programs. */
final class StatusPrinter {
    private final SamplingStatus status;
    private final Map<String, String> counterTexts;

    /**
     * Prepares to print.
     *
     * @param counterTexts what each counter counts, by its name
     */
    StatusPrinter(SamplingStatus status, Map<String, String> counterTexts) {
        this.status = status;
        this.counterTexts = counterTexts;
    }

    void print(PrintStream out) {
        out.println("helper " + status.version() + ", pid " + status.helperPid() + ", up "
                + Figures.duration(status.uptimeNs()));
        out.println("source " + status.source() + ", " + rate() + " on " + status.cpuCount() + " CPUs");
        status.why().lines().forEach(line -> out.println("  " + line));
        out.println("cost " + Figures.permille(status.costPermille()) + " of a CPU, cap "
                + Figures.permille(status.maxCpuPermille()) + bpfCost());
        out.println("groups " + status.groupCount() + ", peers " + status.peerCount() + ", tables "
                + Figures.bytes(status.tableMemoryBytes()) + ", requests " + status.requests() + ", refused "
                + status.requestsRefused());
        out.println("samples seen " + status.seen() + ", recorded " + status.recorded());
        status.drops().forEach((name, count) ->
                out.println("  dropped " + name + " " + count + " (" + counterTexts.getOrDefault(name, name) + ")"));
    }

    private String rate() {
        if (status.rateAskedHz() == 0) {
            return "every event"; // page faults
        }
        return status.rateHz() + " Hz"
                + (status.rateHz() == status.rateAskedHz() ? "" : " (asked " + status.rateAskedHz() + " Hz)");
    }

    private String bpfCost() {
        return status.runTimeNs() == 0 || status.runCount() == 0 ? ""
                : ", BPF ran " + status.runCount() + " times, " + status.runTimeNs() / status.runCount() + " ns each";
    }

    void writeJson(PrintStream out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("version", status.version());
            json.writeNumberField("helperPid", status.helperPid());
            json.writeStringField("source", status.source());
            json.writeStringField("why", status.why());
            json.writeNumberField("rateAskedHz", status.rateAskedHz());
            json.writeNumberField("rateHz", status.rateHz());
            json.writeNumberField("cpuCount", status.cpuCount());
            json.writeNumberField("maxCpuPermille", status.maxCpuPermille());
            json.writeNumberField("costPermille", status.costPermille());
            json.writeNumberField("uptimeNs", status.uptimeNs());
            json.writeNumberField("bpfRunTimeNs", status.runTimeNs());
            json.writeNumberField("bpfRunCount", status.runCount());
            json.writeNumberField("groupCount", status.groupCount());
            json.writeNumberField("peerCount", status.peerCount());
            json.writeNumberField("tableMemoryBytes", status.tableMemoryBytes());
            json.writeNumberField("requests", status.requests());
            json.writeNumberField("requestsRefused", status.requestsRefused());
            json.writeObjectFieldStart("counters");
            for (Map.Entry<String, Long> counter : status.counters().entrySet()) {
                json.writeNumberField(counter.getKey(), counter.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }
}
