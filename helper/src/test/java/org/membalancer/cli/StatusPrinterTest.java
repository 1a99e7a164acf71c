// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.jni.GroupStatus;
import org.membalancer.jni.HelperStatus;

class StatusPrinterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void shouldPrintEveryDropWithItsMeaning() {
        new StatusPrinter(Map.of("kernel", "the sample hit the kernel"), out).print(state(997, 499));
        assertEquals("""
                helper 0.1.0, pid 17, up 1 min 5 s
                source soft, 499 Hz (asked 997 Hz), really 480 a second on 2 CPUs
                  soft: a timer
                  ibs: no AMD CPU
                events 2 open, throttled by the kernel 5 times
                cost 0.7 % of a CPU (BPF 0.4 %, helper 0.3 %), cap 2.0 %, BPF ran 101 times, 3000 ns each
                groups 2, processes 8, peers 3, tables 5.0 MiB, requests 11, refused 1
                  group 4, process 4711, user only: processes 1, peers 2, tables 2.0 MiB, recorded 900, refused 3
                  group 5, all: processes 7, peers 1, tables 3.0 MiB, recorded 100, refused 0
                samples seen 1009, recorded 1000
                  dropped kernel 6 (the sample hit the kernel)
                  dropped compat 3 (compat)
                  node_unknown 13 (node_unknown)
                """, text());
    }

    @Test
    void shouldNotMentionARateThatIsAsAsked() {
        new StatusPrinter(Map.of(), out).print(state(997, 997));
        assertTrue(text().contains("\nsource soft, 997 Hz, really 480 a second on 2 CPUs\n"), text());
        new StatusPrinter(Map.of(), out).print(state(0, 0));
        assertTrue(text().contains("\nsource soft, every event, really 480 a second on 2 CPUs\n"), text());
    }

    @Test
    void shouldSayWhyGroupsAreMissing() {
        HelperState state = state(997, 997);
        new StatusPrinter(Map.of(), out).print(new HelperState(state.sampling(), state.helper(), List.of(),
                Optional.of("refused")));
        assertTrue(text().contains("\n  their tables are not known: refused\n"), text());
    }

    @Test
    void shouldWriteEveryCounterAsJson() throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            StatusJson.write(state(997, 997), json);
        }
        assertTrue(text().contains("""
                  "counters" : {
                    "seen" : 1009,
                    "recorded" : 1000,
                    "kernel" : 6,
                    "compat" : 3,
                    "no_code" : 0,
                    "node_unknown" : 13
                  }
                """), text());
        assertTrue(text().contains("\"why\" : \"soft: a timer\\nibs: no AMD CPU\""), text());
        assertTrue(text().contains("\"kind\" : \"process\",\n    \"pid\" : 4711,\n    \"userOnly\" : true,"), text());
        assertTrue(text().contains("\"pid\" : 0,\n    \"userOnly\" : false,"), text());
    }

    @Test
    void shouldWriteOneLineOfJson() throws IOException {
        try (JsonGenerator json = Json.lineGenerator(out)) {
            StatusJson.write(state(997, 997), json);
        }
        assertTrue(text().startsWith("{\"version\":\"0.1.0\",") && text().endsWith("}\n"), text());
        assertEquals(1, text().lines().count());
    }

    @Test
    void shouldSayThatNobodyWantsSamples() {
        HelperState state = state(997, 997);
        SamplingStatus s = state.sampling();
        SamplingStatus idle = new SamplingStatus(s.helperPid(), s.source(), s.rateHz(), s.rateHz(), s.cpuCount(), 0, s.peerCount(),
                s.maxCpuPermille(), s.costPermille(), s.uptimeNs(), s.runTimeNs(), s.runCount(),
                s.tableMemoryBytes(), s.requests(), s.requestsRefused(), s.counters(), s.dropNames(), s.version(), s.why());
        new StatusPrinter(Map.of(), out).print(new HelperState(idle, state.helper(), List.of(), Optional.empty()));
        assertTrue(text().contains("\nsource soft, 997 Hz, idle (no group) on 2 CPUs\n"), text());
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static HelperState state(int rateAskedHz, int rateHz) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("seen", 1009L);
        counters.put("recorded", 1000L);
        counters.put("kernel", 6L);
        counters.put("compat", 3L);
        counters.put("no_code", 0L);
        counters.put("node_unknown", 13L);
        SamplingStatus sampling = new SamplingStatus(17, "soft", rateAskedHz, rateHz, 2, 2, 3, 20, 7, 65_000_000_000L,
                303_000, 101, 5 << 20, 11, 1, counters, List.of("kernel", "compat", "no_code"), "0.1.0",
                "soft: a timer\nibs: no AMD CPU");
        HelperStatus helper = new HelperStatus(17, "soft", rateAskedHz, rateHz, 2, 2, 3, 20, 7, 65_000_000_000L, 303_000,
                101, 5 << 20, 11, 1, 480, 4, 2, 5, 8, counters, "0.1.0", "soft: a timer\nibs: no AMD CPU");
        return new HelperState(sampling, helper, List.of(
                new GroupStatus(4, "process", 4711, 2, 1, 2 << 20, 900, 3, 0, 0, 0, true),
                new GroupStatus(5, "all", 0, 1, 7, 3 << 20, 100, 0, 1 << 20, 50, 12, false)), Optional.empty());
    }
}
