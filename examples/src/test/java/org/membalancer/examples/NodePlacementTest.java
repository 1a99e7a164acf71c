// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePlacementTest {
    private static final List<String> MAPS = List.of(
            "fd000000 default anon=4096 dirty=4096 N1=4096 kernelpagesize_kB=4",
            "7f0000000000 bind:1 anon=3 N0=1 N2=2 kernelpagesize_kB=4",
            "7f0000010000 default file=/usr/lib/libc.so mapped=3 N0=3 kernelpagesize_kB=4");

    @TempDir
    private Path sysfs;

    @ParameterizedTest
    @CsvSource({"0, 0, true", "0-1, 1, true", "0-1, 2, false", "'0,2-3', 1, false", "'0,2-3', 3, true", "'', 0, false"})
    void shouldReadTheKernelsLists(String list, int number, boolean isInIt) {
        assertEquals(isInIt, NodePlacement.contains(list, number));
    }

    @ParameterizedTest
    @CsvSource({"fd000000, N1=4096", "fdffffff, N1=4096", "7f0000000fff, N0=1 N2=2", "1000, ''"})
    void shouldFindTheMappingOfAnAddress(String address, String pages) {
        assertEquals(pages, NodePlacement.pagesByNode(MAPS, Long.parseLong(address, 16)));
    }

    @Test
    void shouldNameTheNodesThatThereAre() throws IOException {
        Files.writeString(sysfs.resolve("has_memory"), "0-1,4\n");
        assertEquals("there is no node 3 with memory: --node=3, there is 0-1,4", failure("true", 3));
    }

    @Test
    void shouldSayThatTheCommandIsMissing() throws IOException {
        Files.writeString(sysfs.resolve("has_memory"), "0\n");
        String said = failure("no-such-command-of-numactl", 0);
        assertTrue(said.startsWith("--node is not supported here: there is no no-such-command-of-numactl to move pages with"
                + " (install numactl): "), said);
    }

    @Test
    void shouldTellWhatTheCommandSaysWhenItFails() throws IOException {
        Files.writeString(sysfs.resolve("has_memory"), "0\n");
        String said = failure("expr", 0);
        assertTrue(said.startsWith("expr to node 0 failed with status 2: expr: syntax error"), said);
    }

    private String failure(String command, int nodeId) {
        return assertThrows(IOException.class, () -> new NodePlacement(sysfs, command).moveTo(nodeId)).getMessage();
    }
}
