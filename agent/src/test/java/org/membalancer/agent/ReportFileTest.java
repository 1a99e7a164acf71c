// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.ReportBuilder;
import org.membalancer.core.report.TableTotals;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

final class ReportFileTest {
    private static final Report REPORT = report();

    private static Report report() {
        HeatSnapshot none = new HeatSnapshot(1, 1);
        none.sortByAddress();
        return new ReportBuilder(4711, new Topology(
                List.of(new Node(0, BitSet.valueOf(new long[] {3}), 1 << 30, 1 << 29)), new int[][] {{10}}))
                .heat(new TableTotals(0, 0, 0, 0, 0, 0, 0, 0), none, new Residency(1), List.of())
                .note("a note to find").build();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldReplaceAnEarlierReportAndLeaveNothingElse(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("heat.json"), "x".repeat(100_000));
        ReportFile.write(file, REPORT);
        String json = Files.readString(file);
        assertTrue(json.startsWith("{") && json.contains("a note to find") && !json.contains("xx"), json);
        assertEquals(List.of("heat.json"), names(directory));
    }

    @Test
    void shouldLeaveNothingBehindWhenItCannotBeWritten(@TempDir Path directory) throws IOException {
        assertThrows(IOException.class, () -> ReportFile.write(directory.resolve("none/heat.json"), REPORT));
        Path taken = Files.createDirectories(directory.resolve("taken/inside")).getParent();
        assertThrows(IOException.class, () -> ReportFile.write(taken, REPORT));
        assertThrows(IOException.class, () -> ReportFile.write(Path.of("/"), REPORT));
        assertEquals(List.of("taken"), names(directory));
    }
}
