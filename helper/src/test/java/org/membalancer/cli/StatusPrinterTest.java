// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.membalancer.core.report.SamplingStatus;

class StatusPrinterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void shouldPrintEveryDropWithItsMeaning() {
        new StatusPrinter(status(997, 499), Map.of("kernel", "the sample hit the kernel")).print(out);
        assertEquals("""
                helper 0.1.0, pid 17, up 1 min 5 s
                source soft, 499 Hz (asked 997 Hz) on 2 CPUs
                  soft: a timer
                  ibs: no AMD CPU
                cost 0.7 % of a CPU, cap 2.0 %, BPF ran 101 times, 3000 ns each
                groups 1, peers 3, tables 5.0 MiB, requests 11, refused 1
                samples seen 1009, recorded 1000
                  dropped kernel 6 (the sample hit the kernel)
                  dropped compat 3 (compat)
                """, text());
    }

    @Test
    void shouldNotMentionARateThatIsAsAsked() {
        new StatusPrinter(status(997, 997), Map.of()).print(out);
        assertTrue(text().contains("\nsource soft, 997 Hz on 2 CPUs\n"), text());
        new StatusPrinter(status(0, 0), Map.of()).print(out);
        assertTrue(text().contains("\nsource soft, every event on 2 CPUs\n"), text());
    }

    @Test
    void shouldWriteEveryCounterAsJson() throws IOException {
        new StatusPrinter(status(997, 997), Map.of()).writeJson(out);
        assertTrue(text().contains("""
                  "counters" : {
                    "seen" : 1009,
                    "recorded" : 1000,
                    "kernel" : 6,
                    "compat" : 3,
                    "no_code" : 0
                  }
                """), text());
        assertTrue(text().contains("\"why\" : \"soft: a timer\\nibs: no AMD CPU\""), text());
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static SamplingStatus status(int rateAskedHz, int rateHz) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("seen", 1009L);
        counters.put("recorded", 1000L);
        counters.put("kernel", 6L);
        counters.put("compat", 3L);
        counters.put("no_code", 0L);
        return new SamplingStatus(17, "soft", rateAskedHz, rateHz, 2, 1, 3, 20, 7, 65_000_000_000L, 303_000, 101, 5 << 20, 11,
                1, counters, List.of("kernel", "compat", "no_code"), "0.1.0", "soft: a timer\nibs: no AMD CPU");
    }
}
