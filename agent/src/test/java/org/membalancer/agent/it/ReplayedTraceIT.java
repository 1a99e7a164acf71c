// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.jni.NativeLibrary;

/** The agent reads recorded samples, counted in its own group by the real helper, and reports what is committed. */
final class ReplayedTraceIT {
    private static final Path TRACE = Path.of(System.getProperty("trace.dir"), "two-nodes.mbtrace");
    private static final Pattern HEAP = Pattern.compile("Parallel heap 0x([0-9a-f]+)-");
    private static final Pattern COUNTS_BY_NODE = Pattern.compile("\"(bytes|pages)ByNode\":\\{([^}]*)\\}");
    private static final Pattern ADDRESS = Pattern.compile("\"address\":\"0x([0-9a-f]+)\"");

    @TempDir
    private Path directory;

    /** All of the heap is in memory, so that each page with samples lies somewhere. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldWriteTheCommittedReport(int version) throws Exception {
        HelperProcess.require();
        NativeLibrary.load();
        Path socket = directory.resolve("helper.sock");
        Path report = directory.resolve("heat.json");
        AppJvm.Launch launch = new AppJvm.Launch(Jdk.require(version))
                .option("-XX:+UseParallelGC", "-Xms256m", "-XX:+AlwaysPreTouch").agent("socket=" + socket + ",report=" + report);
        try (HelperProcess helper = HelperProcess.start(socket, "--source", "replay", "--node-count", "3");
                AppJvm app = launch.start()) {
            Matcher heap = HEAP.matcher(app.err().await(HEAP.pattern()));
            assertTrue(heap.find());
            long heapAddress = Long.parseUnsignedLong(heap.group(1), 16);
            app.err().await("membalancer: helper found: source replay,");
            new ReplayedTrace(TRACE, heapAddress).inject(socket, (int) app.pid());
            app.exit(0);
            assertEquals(golden(), steady(Files.readString(report), heapAddress));
            helper.kill();
        }
    }

    /**
     * From the tables to the blocks, a line each. Left out is what differs from run to run: the time, and stalls, of which the
     * fraction of a unit is rounded by chance; and from machine to machine: on which node a page of the heap lies.
     */
    private static String steady(String json, long heapAddress) {
        String sampling = json.replaceAll("(?s).*(\"seen\":.*\"underWay\":\\d+),.*", "$1");
        String heat = json.substring(json.indexOf("\"table\":"), json.indexOf(",\"jvm\":"))
                .replaceAll("\"(windowNs|stalls)\":[0-9.E-]+", "\"$1\":S").replaceAll("(\\{\"address\")", "\n$1")
                .replace("],\"blocks", "],\n\"blocks")
                .replaceAll("(,0\\.0)+\\]", "]") /* nodes that only the machine has */;
        String migration = json.replaceAll("(?s).*(\"migration\":\\{.*?\"asked\":\\d+).*", "$1");
        heat = ADDRESS.matcher(heat).replaceAll(m -> "\"address\":heap+0x"
                + Long.toHexString(Long.parseUnsignedLong(m.group(1), 16) - heapAddress));
        heat = COUNTS_BY_NODE.matcher(heat).replaceAll(m -> "\"" + m.group(1) + "\":" + sum(m.group(2)));
        return sampling + "\n" + heat + "\n" + migration + "\n";
    }

    private static long sum(String countsByNode) {
        return Pattern.compile(",").splitAsStream(countsByNode).filter(s -> !s.isEmpty())
                .flatMapToLong(s -> LongStream.of(Long.parseLong(s.substring(s.indexOf(':') + 1)))).sum();
    }

    private static String golden() throws IOException {
        try (InputStream in = ReplayedTraceIT.class.getResourceAsStream("two-nodes.report.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
