// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HotSetTest {
    private static final String RANGE = "(0x[0-9a-f]+)-(0x[0-9a-f]+)";
    private static final Pattern LINES = Pattern.compile("hot-set: pid [0-9]+ working " + RANGE + " hot " + RANGE + "\n"
            + "hot-set: operations ([0-9]+), hot share (0\\.[0-9]{4}) \\(true\\), working " + RANGE + ", hot " + RANGE
            + "(, moved by the collector during the run)?\nhot-set: check passed: 1056768 cells\n");
    private static final String[] RUN =
            "--size 8MiB --hot-size 1MiB --share 0.75 --threads 2 --seconds 0.05 --check".split(" ");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldFindTheArrayAfterItMoved() throws IOException {
        long[] cells = WorkingSet.fill(8 << 20);
        ArrayAddress address = new ArrayAddress();
        for (int round = 0; round < 3; round++) {
            long start = address.ofFirstCell(cells);
            assertEquals(WorkingSet.pattern(1048573), readOwnMemory(start + 1048573L * Long.BYTES));
            assertEquals(WorkingSet.pattern(0), cells[0], "the first cell is as before");
            System.gc();
        }
    }

    @Test
    void shouldExitWithTwoAndOneLineForABadCommandLine() {
        assertEquals(2, run("--threads", "none"));
        assertEquals("hot-set: --threads must be a whole number, 1 to 1024: --threads=none\n", text(err));
        assertEquals("", text(out));
    }

    @Test
    void shouldMoveToANodeOnlyIfThereIsOne() {
        assertEquals(1, run("--size=8MiB", "--hot-size=1MiB", "--seconds=0.05", "--node=1023"));
        assertTrue(text(err).matches("hot-set: there is no node 1023 with memory: --node=1023, there is .*\n"), text(err));
        assertEquals("", text(out));
    }

    @Test
    void shouldPrintItsUsage() {
        assertEquals(0, run("--help"));
        assertEquals(HotSetOptions.USAGE, text(out));
    }

    @ParameterizedTest
    @CsvSource({
        "-XX:+UseSerialGC, -XX:+UseCompressedOops", "-XX:+UseSerialGC, -XX:-UseCompressedOops",
        "-XX:+UseParallelGC, -XX:+UseCompressedOops", "-XX:+UseParallelGC, -XX:-UseCompressedOops",
        "-XX:+UseG1GC, -XX:+UseCompressedOops", "-XX:+UseG1GC, -XX:-UseCompressedOops",
        "-XX:+UseSerialGC, -XX:HeapBaseMinAddress=40g",
    })
    void shouldRunUnderEveryCollector(String collector, String pointers) throws Exception {
        Process process = new ProcessBuilder(command(collector, pointers)).redirectErrorStream(false).start();
        process.getOutputStream().close();
        String lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), lines + errors);
        Matcher matcher = LINES.matcher(lines);
        assertTrue(matcher.matches(), lines + errors);
        assertEquals(8 << 20, bytes(matcher, 7), lines);
        assertEquals(1 << 20, bytes(matcher, 9), lines);
        assertEquals(0, Long.decode(matcher.group(3)) % HotSetOptions.BLOCK_BYTES, lines);
        assertEquals(0.75, Double.parseDouble(matcher.group(6)), 0.01, lines);
    }

    @Test
    void shouldKeepItsProgressInAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("progress");
        assertEquals(0, run("--size=8MiB", "--hot-size=1MiB", "--threads=2", "--seconds=0.05", "--progress=" + file),
                text(err));
        Matcher matcher = Pattern.compile("operations ([0-9]+)").matcher(text(out));
        assertTrue(matcher.find(), text(out));
        LongBuffer progress = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder()).asLongBuffer();
        assertEquals(2 * 8, progress.limit(), "64 bytes a thread");
        assertEquals(Long.parseLong(matcher.group(1)), progress.get(1) + progress.get(9));
        assertTrue(progress.get(2) > 0 && progress.get(10) > 0, "CPU time of both");
        assertEquals(0, (progress.get(0) | progress.get(8)) & 1, "versions of finished changes are even");
    }

    private static List<String> command(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-Xmx64m", "-cp",
                Path.of(HotSet.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
                HotSet.class.getName()));
        command.addAll(List.of(RUN));
        return command;
    }

    private static long bytes(Matcher matcher, int startGroup) {
        return Long.decode(matcher.group(startGroup + 1)) - Long.decode(matcher.group(startGroup));
    }

    private static long readOwnMemory(long address) throws IOException {
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
            memory.seek(address);
            return Long.reverseBytes(memory.readLong());
        }
    }

    private int run(String... args) {
        return HotSet.run(args, new PrintStream(out, true), new PrintStream(err, true));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
