// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.core.residency.MemoryRegion;

/** What /proc tells of other processes. */
final class ProcessFiles {
    private static final Path PROC = Path.of("/proc");

    private ProcessFiles() {
    }

    /**
     * What the addresses of a process are.
     *
     * @return empty when it is ending
     * @throws IOException when it has ended, or may not be looked at
     */
    static List<MemoryRegion> memoryMap(int pid) throws IOException {
        byte[] maps = Files.readAllBytes(file(pid, "maps")); // paths may be in no encoding at all
        return MemoryMap.parse(new StringReader(new String(maps, StandardCharsets.UTF_8)));
    }

    /** Its name, or nothing when it has ended. */
    static String command(int pid) {
        try {
            return new String(Files.readAllBytes(file(pid, "comm")), StandardCharsets.UTF_8).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    private static Path file(int pid, String name) {
        return PROC.resolve(Integer.toString(pid)).resolve(name);
    }
}
