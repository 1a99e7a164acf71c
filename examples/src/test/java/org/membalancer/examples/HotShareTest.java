// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HotShareTest {
    private static final String REPORT = """
            {"nested": {"blocks": [{"address": "0x10000", "bytes": 65536, "accesses": 1e6}]},
             "blocks": [
              {"address": "0x0", "bytes": 65536, "accesses": 777777, "stalls": 3},
              {"address": "0x100000", "bytes": 65536, "accesses": 250.5, "accessesByNode": [250.5, 0]},
              {"address": "0x110000", "bytes": 65536, "accesses": 8000, "pagesByNode": {"0": 16}},
              {"address": "0x120000", "bytes": 65536, "accesses": 800},
              {"address": "0x130000", "bytes": 65536, "accesses": 949.5}],
             "notes": []}
            """;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path report;

    @BeforeEach
    void writeReport() throws IOException {
        report = Files.writeString(directory.resolve("report.json"), REPORT);
    }

    @Test
    void shouldMeasureTheShareOfTheWorkingSet() {
        assertEquals(0, run("--working 0x100000-0x140000 --hot 0x110000-0x120000 --true 0.82 --within 0.05"));
        assertEquals("""
                hot share measured 0.80, true 0.82
                accesses in the working set 10000, standard error 0.0038
                """, text(out));
    }

    @Test
    void shouldApportionABlockAtAnEdge() {
        assertEquals(0, run("--working 0x100000-0x140000 --hot 0x110000-0x128000"));
        assertEquals("hot share measured 0.84\naccesses in the working set 10000, standard error 0.0037\n", text(out));
    }

    @Test
    void shouldFailOutsideTheLimit() {
        assertEquals(1, run("--working 0x100000-0x140000 --hot 0x110000-0x120000 --true 0.9 --within 0.05"));
        assertEquals("hot-share: measured and true differ by 0.1000, more than 0.0500\n", text(err));
    }

    @Test
    void shouldFailWithTooFewAccesses() {
        assertEquals(1, run("--working 0x100000-0x110000 --hot 0x100000-0x110000 --true 0.9 --within 0.05"));
        assertEquals("hot-share: too few accesses to tell: the standard error is 0.0190, it must be at most 0.0167\n",
                text(err));
        assertEquals(1, run("--working 0x900000-0x910000 --hot 0x900000-0x910000"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--hot 0x1-0x2 | option --working is missing",
        "--working 1-2 --hot 0x1-0x2 | --working must be a range of addresses, as in 0x7f0000000000-0x7f0010000000:"
                + " --working=1-2",
        "--working 0x2-0x2 --hot 0x1-0x2 | --working must be a range whose end lies behind its start:"
                + " --working=0x2-0x2",
        "--working 0x2-0x4 --hot 0x1-0x3 | --hot must lie in --working: --hot=0x1-0x3 --working=0x2-0x4",
        "--working 0x1-0x4 --hot 0x1-0x3 --within 0.1 | --within needs --true",
        "--working 0x1-0x4 --hot 0x1-0x3 --true 2 | --true must be 0.0 to 1.0: --true=2",
    })
    void shouldExitWithTwoAndOneLine(String line, String message) {
        assertEquals(2, run(line));
        assertEquals("hot-share: " + message + "\n", text(err));
    }

    @Test
    void shouldSayWhatIsWrongWithTheReport() throws IOException {
        Files.writeString(report, "{\"blocks\": [{\"address\": \"0x1\", \"bytes\": 1}]}");
        assertEquals(1, run("--working 0x1-0x4 --hot 0x1-0x3"));
        assertEquals("hot-share: a block without address, bytes and accesses at line 1\n", text(err));
        err.reset();
        Files.writeString(report, "{}");
        assertEquals(1, run("--working 0x1-0x4 --hot 0x1-0x3"));
        assertEquals("hot-share: " + report + " has no \"blocks\"\n", text(err));
    }

    private int run(String line) {
        return HotShare.run(("--report " + report + " " + line).split(" "), new PrintStream(out, true),
                new PrintStream(err, true));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
