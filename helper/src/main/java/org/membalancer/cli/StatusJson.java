// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.jni.GroupStatus;
import org.membalancer.jni.HelperStatus;

/** Writes the helper's state as one JSON object. */
final class StatusJson {
    private StatusJson() {
    }

    static void write(HelperState state, JsonGenerator json) throws IOException {
        SamplingStatus status = state.sampling();
        json.writeStartObject();
        json.writeStringField("version", status.version());
        json.writeNumberField("helperPid", status.helperPid());
        json.writeNumberField("uptimeNs", status.uptimeNs());
        writeSource(state.helper(), json);
        writeCost(state.helper(), json);
        json.writeNumberField("peerCount", status.peerCount());
        json.writeNumberField("requests", status.requests());
        json.writeNumberField("requestsRefused", status.requestsRefused());
        writeGroups(state, json);
        writeSamples(status, json);
        json.writeEndObject();
    }

    private static void writeSource(HelperStatus helper, JsonGenerator json) throws IOException {
        json.writeStringField("source", helper.source());
        json.writeStringField("why", helper.why());
        json.writeNumberField("rateAskedHz", helper.rateAskedHz());
        json.writeNumberField("rateHz", helper.rateHz());
        json.writeNumberField("rateRealHz", helper.rateRealHz());
        json.writeNumberField("cpuCount", helper.cpuCount());
        json.writeNumberField("eventCount", helper.eventCount());
        json.writeNumberField("eventsThrottled", helper.eventsThrottled());
    }

    private static void writeCost(HelperStatus helper, JsonGenerator json) throws IOException {
        json.writeNumberField("maxCpuPermille", helper.maxCpuPermille());
        json.writeNumberField("costPermille", helper.costPermille());
        json.writeNumberField("bpfCostPermille", helper.bpfCostPermille());
        json.writeNumberField("bpfRunTimeNs", helper.runTimeNs());
        json.writeNumberField("bpfRunCount", helper.runCount());
    }

    private static void writeGroups(HelperState state, JsonGenerator json) throws IOException {
        json.writeNumberField("groupCount", state.helper().groupCount());
        json.writeNumberField("processes", state.helper().targets());
        json.writeNumberField("tableMemoryBytes", state.helper().tableMemoryBytes());
        if (state.groupsNote().isPresent()) {
            json.writeStringField("groupsNote", state.groupsNote().get());
        }
        json.writeArrayFieldStart("groups");
        for (GroupStatus group : state.groups()) {
            json.writeStartObject();
            json.writeNumberField("id", group.groupId());
            json.writeStringField("kind", group.kind());
            json.writeNumberField("pid", group.tgid());
            json.writeBooleanField("userOnly", group.isUserOnly());
            json.writeNumberField("processes", group.processes());
            json.writeNumberField("peers", group.peers());
            json.writeNumberField("memoryBytes", group.memoryBytes());
            json.writeNumberField("recorded", group.recorded());
            json.writeNumberField("refused", group.dropped());
            json.writeNumberField("claimBytes", group.claimBytes());
            json.writeNumberField("claimRate", group.claimRate());
            json.writeNumberField("claimAgeMs", group.claimAgeMs());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeSamples(SamplingStatus status, JsonGenerator json) throws IOException {
        json.writeNumberField("unaccounted", status.unaccounted());
        json.writeObjectFieldStart("counters");
        for (Map.Entry<String, Long> counter : status.counters().entrySet()) {
            json.writeNumberField(counter.getKey(), counter.getValue());
        }
        json.writeEndObject();
    }
}
