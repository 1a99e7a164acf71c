// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.threads.ProcThreads;
import org.membalancer.core.topology.SysfsTopology;

/** A real process whose program has a name in Latin-1, with a carriage return in it: it is mapped under that name. */
@Timeout(60)
class StrangeNameTest {
    private static final Path PROC = Path.of("/proc");
    private static final String COPY_AND_RUN = "name=$'caf\\xe9\\r7f00 x'; cp \"$(type -P bash)\" \"$0/$name\";"
            + " exec \"$0/$name\" -c 'rm \"$BASH\"; echo ready; read -r'";

    @TempDir
    private Path directory;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder("bash", "-c", COPY_AND_RUN, directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals("ready", new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine());
    }

    @AfterEach
    void end() {
        process.destroyForcibly().onExit().join();
    }

    private int pid() {
        return (int) process.pid();
    }

    @Test
    void shouldBeLookedAtForBalancing() throws Exception {
        BalancedProcess balanced = new BalancedProcess(pid(), 0, SysfsTopology.read(Path.of("/sys")));
        assertFalse(balanced.memory().ranges().isEmpty());
        assertEquals(Optional.empty(), balanced.refresh(Long.MAX_VALUE, SysfsTopology.read(Path.of("/sys"))));
    }

    @Test
    void shouldHaveAMapAndACommand() throws IOException {
        List<String> paths = ProcessFiles.memoryMap(pid()).stream().map(MemoryRegion::path).toList();
        assertTrue(paths.stream().anyMatch(path -> path.contains("/caf\ufffd\r7f00 x")), paths.toString());
        assertEquals("caf\ufffd\r7f00 x", ProcessFiles.command(pid()));
        assertFalse(ProcessFiles.isKernelThread(pid()));
    }

    @Test
    void shouldHaveThreadsWithNamesAndTimes() {
        ProcThreads threads = new ProcThreads(PROC, Integer.toString(pid()), (tid, mask) -> 0, (tid, mask) -> 0);
        assertEquals(Optional.of("caf\ufffd\r7f00 x"), threads.name(pid()));
        assertTrue(threads.startTime(pid()).isPresent());
    }
}
