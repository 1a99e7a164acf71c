// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * 10 million samples take about 100 MB in a file and 0.6 GB as objects, and their 99 011 processes with maps some 50 MB: a
 * heap of 40 MiB holds neither.
 */
class LargeTraceTest {
    private static final long SAMPLES = 10_000_019;

    @Test
    @Timeout(300)
    void shouldWriteAndReadWithoutHoldingIt() throws Exception {
        long sum = 0;
        for (long i = 0; i < SAMPLES; i++) {
            sum += i * 0x9e37_79b9_7f4a_7c15L >>> 20;
        }
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx40m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                LargeTraceMain.class.getName(), Long.toString(SAMPLES))).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        assertEquals(SAMPLES + " samples, sum " + Long.toHexString(sum) + ", processes 99011\n", out);
    }
}
