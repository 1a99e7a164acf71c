// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashMapLookupsTest {
    private static final String RANGE = "0x([0-9a-f]+)-0x([0-9a-f]+)";
    private static final Pattern LINES = Pattern.compile("hash-map: pid [0-9]+ working " + RANGE + " hot " + RANGE
            + "\nhash-map: operations ([0-9]+), hot share (0\\.[0-9]{4}) \\(true\\), working " + RANGE + ", hot " + RANGE
            + "\n");
    private static final int ENTRIES = 100_003;

    @ParameterizedTest
    @CsvSource({"-XX:+UseCompressedOops", "-XX:-UseCompressedOops"})
    void shouldFindItsEntriesAndCountHotLookups(String option) throws IOException, InterruptedException {
        Matcher lines = LINES.matcher(runForked("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", option));
        assertTrue(lines.matches(), lines::toString);
        long bytes = number(lines, 2) - number(lines, 1);
        long hotBytes = number(lines, 4) - number(lines, 3);
        // A node and two Longs: 64 to 96 bytes, by the size of a reference and of headers; no table in between.
        assertTrue(bytes >= ENTRIES * 64L && bytes <= ENTRIES * 97L, "bytes of the entries: " + bytes);
        assertEquals(bytes / 16.0, hotBytes, bytes / 100.0);
        assertEquals(0.75, Double.parseDouble(lines.group(6)), 0.01);
    }

    @Test
    void shouldExitWithTwoAndOneLineForABadCommandLine() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = HashMapLookups.run(new String[] {"--share", "2"}, System.out, new PrintStream(err, true));
        assertEquals(2, status);
        assertEquals("hash-map: --share must be 0.0 to 1.0: --share=2\n", err.toString(StandardCharsets.UTF_8));
    }

    private static long number(Matcher lines, int group) {
        return Long.parseLong(lines.group(group), 16);
    }

    private static String runForked(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                HashMapLookups.class.getName(), "--entries", String.valueOf(ENTRIES), "--share", "0.75", "--seconds", "0.05"));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
