// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinListTest {
    @TempDir
    private Path folder;

    private RunState state(String pid, String startTime) throws IOException {
        Path process = Files.createDirectories(folder.resolve("proc").resolve(pid));
        Files.writeString(process.resolve("stat"), pid + " (java) S" + " 0".repeat(18) + " " + startTime + " 0\n");
        return new RunState(folder.resolve("run"), folder.resolve("proc"), Long.parseLong(pid));
    }

    private List<String> left() throws IOException {
        Files.deleteIfExists(folder.resolve("proc/4711/stat")); // killed
        return PinList.leftByTheDead(state("4712", "18"));
    }

    @Test
    void shouldKeepThePinsOfAllProcessesForTheNextStart() throws IOException {
        PinList list = new PinList(Optional.of(state("4711", "17")));
        list.keep(11, List.of("11 1 0-7 4-7", "12 1 0-7 4-7"));
        list.keep(21, List.of("21 2 0-3 0-1"));
        assertEquals(List.of("11 1 0-7 4-7\n12 1 0-7 4-7\n21 2 0-3 0-1"), left());
    }

    @Test
    void shouldLetGoOfThoseOfOneProcessOnly() throws IOException {
        PinList list = new PinList(Optional.of(state("4711", "17")));
        list.keep(11, List.of("11 1 0-7 4-7"));
        list.keep(21, List.of("21 2 0-3 0-1"));
        list.keep(11, List.of());
        assertEquals(List.of("21 2 0-3 0-1"), left());
    }

    @Test
    void shouldLeaveNothingOnceAllIsUndone() throws IOException {
        PinList list = new PinList(Optional.of(state("4711", "17")));
        list.keep(11, List.of("11 1 0-7 4-7"));
        list.keep(11, List.of());
        assertEquals(List.of(), left());
    }
}
