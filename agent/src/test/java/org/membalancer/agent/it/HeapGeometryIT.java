// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heap geometry of real JVMs: every way of finding it must tell the same, and an object must lie in it. */
final class HeapGeometryIT {
    private static final Pattern RANGE = Pattern.compile("\\[([0-9a-f]+), ([0-9a-f]+)]");
    private static final Pattern VIEWS = Pattern.compile("views: (\\d), object by the first one: ([0-9a-f]+)");
    private static final long HEAP_BYTES = 192L << 20;

    private static List<String> probe(int version, String collectorFlag) throws Exception {
        try (AppJvm app = new AppJvm.Launch(Jdk.require(version)).classPath(AppJvm.AGENT_JAR, AppJvm.testClasses())
                .main(GeometryProbe.class)
                .option("-Xms192m", "-Xmx192m", "-XX:-UseCompressedOops", "-XX:+UnlockExperimentalVMOptions", "-Xlog:disable",
                        collectorFlag)
                .start()) {
            int code = app.awaitExit();
            assertEquals(0, code, () -> "probe failed: " + code);
            return app.out().awaitEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({"17,UseSerialGC,SERIAL", "17,UseParallelGC,PARALLEL", "17,UseG1GC,G1", "17,UseShenandoahGC,SHENANDOAH",
        "25,UseSerialGC,SERIAL", "25,UseParallelGC,PARALLEL", "25,UseG1GC,G1",
        "25,UseShenandoahGC,SHENANDOAH"})
    void shouldFindTheHeapThatHoldsTheObjects(int version, String flag, String collector) throws Exception {
        List<String> lines = probe(version, "-XX:+" + flag);
        assertEquals(6, lines.size(), lines.toString());
        Matcher range = RANGE.matcher(lines.get(0));
        assertTrue(range.find(), lines.toString());
        String found = collector + " " + range.group();
        assertEquals(List.of("beans and vmStructs: " + found, "vmStructs alone: " + found,
                "heap_info: " + found), lines.subList(0, 3));
        long start = Long.parseLong(range.group(1), 16);
        long end = Long.parseLong(range.group(2), 16);
        assertEquals(HEAP_BYTES, end - start, lines.toString());
        long object = Long.parseLong(lines.get(3).replace("object: ", ""), 16);
        assertTrue(object >= start && object < end, lines.toString());
    }

    /** With three views the one that is in use between two cycles, by which the others count. */
    @ParameterizedTest
    @CsvSource({"17,3", "25,0"})
    void shouldFindTheViewsOfZgcsHeap(int version, int views) throws Exception {
        List<String> lines = probe(version, "-XX:+UseZGC");
        Matcher range = RANGE.matcher(lines.get(0));
        assertTrue(range.find(), lines.toString());
        String found = "Z " + range.group();
        assertEquals(List.of("beans and vmStructs: " + found, "vmStructs alone: " + found, "heap_info: Z []"),
                lines.subList(0, 3));
        Matcher object = VIEWS.matcher(lines.get(4));
        assertTrue(object.matches(), lines.toString());
        assertEquals(views, Integer.parseInt(object.group(1)), lines.toString());
        long address = Long.parseLong(object.group(2), 16);
        assertTrue(views == 0 || address >= Long.parseLong(range.group(1), 16)
                && address < Long.parseLong(range.group(2), 16), lines.toString());
        assertEquals("mapped: " + (HEAP_BYTES >> 20) + " MiB", lines.get(5), lines.toString());
    }

    @ParameterizedTest
    @CsvSource("17,UseEpsilonGC,EPSILON")
    void shouldKnowTheOtherCollectorsAndMoveNothing(int version, String flag, String collector) throws Exception {
        List<String> lines = probe(version, "-XX:+" + flag);
        assertEquals(List.of("beans and vmStructs: " + collector + " []", "vmStructs alone: " + collector + " []",
                "heap_info: " + collector + " []"), lines.subList(0, 3));
    }
}
