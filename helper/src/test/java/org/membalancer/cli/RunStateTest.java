// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs leave behind, in a made-up /proc. */
class RunStateTest {
    @TempDir
    private Path directory;
    private Path proc;
    private Path folder;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console =
            new Console(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), new StopSignal());

    @BeforeEach
    void makeProcesses() throws IOException {
        proc = Files.createDirectory(directory.resolve("proc"));
        folder = directory.resolve("run/membalancer");
        process(17, "1000");
        process(19, "1009");
    }

    @Test
    void shouldTellWhatTheDeadLeftFromWhatTheLivingKeep() throws IOException {
        RunState mine = new RunState(folder, proc, 17);
        RunState other = new RunState(folder, proc, 19);
        mine.remember("affinity", "mine");
        other.remember("affinity", "other");
        assertEquals(List.of(), mine.allLeftByTheDead("affinity"));
        process(19, "2003"); // another process has its id now
        assertEquals(List.of("other"), mine.allLeftByTheDead("affinity"));
        mine.forgetTheDead("affinity");
        assertEquals(List.of(), mine.allLeftByTheDead("affinity"));
        assertEquals(Optional.of("mine"), mine.mine("affinity"));
        mine.forget("affinity");
        assertEquals(Optional.empty(), mine.mine("affinity"));
    }

    @Test
    void shouldSwitchTheKernelsBalancingOffAndBackOn() throws Exception {
        Path file = kernelSwitch("1");
        try (NumaBalancing numaBalancing = numaBalancing(17)) {
            numaBalancing.apply(NumaBalancing.Wish.OFF);
            assertEquals("0\n", Files.readString(file));
        }
        assertEquals("1\n", Files.readString(file));
        assertEquals("membalancer: the kernel's NUMA balancing is off for this run (was 1)\n", err());
    }

    @Test
    void shouldRestoreAtTheNextStartWhatAKilledRunSwitchedOff() throws Exception {
        Path file = kernelSwitch("2");
        numaBalancing(17).apply(NumaBalancing.Wish.OFF); // and never closed
        NumaBalancing next = numaBalancing(19);
        next.restoreAfterKill();
        assertEquals("0\n", Files.readString(file), "the first one lives");
        Files.delete(proc.resolve("17/stat"));
        next.restoreAfterKill();
        assertEquals("2\n", Files.readString(file));
        assertTrue(err().contains("NUMA balancing is back to 2: an earlier run was killed"), err());
        next.restoreAfterKill();
        try (var left = Files.list(folder)) {
            assertFalse(left.findAny().isPresent(), "nothing is left");
        }
    }

    @Test
    void shouldSayOnceThatTheKernelBalancesToo() throws Exception {
        Path file = kernelSwitch("1");
        NumaBalancing numaBalancing = numaBalancing(17);
        numaBalancing.apply(NumaBalancing.Wish.KEEP);
        numaBalancing.sayConflict();
        assertEquals("1\n", Files.readString(file));
        assertEquals("membalancer: the kernel's own NUMA balancing is on (" + file + "): it moves pages by its own rules"
                + " at the same time; --numa-balancing off switches it off for a run\n", err());
    }

    @Test
    void shouldKnowTheLivingThoughItsNameIsInNoEncoding() throws Exception {
        byte[] stat = Files.readAllBytes(proc.resolve("17/stat"));
        stat[4] = (byte) 0xe9;
        Files.write(proc.resolve("17/stat"), stat);
        new RunState(folder, proc, 17).remember("affinity", "its");
        assertEquals(List.of(), new RunState(folder, proc, 19).allLeftByTheDead("affinity"));
    }

    private NumaBalancing numaBalancing(long pid) throws IOException {
        return new NumaBalancing(proc, Optional.of(new RunState(folder, proc, pid)), console);
    }

    private Path kernelSwitch(String value) throws IOException {
        Path kernel = Files.createDirectories(proc.resolve("sys/kernel"));
        return Files.writeString(kernel.resolve("numa_balancing"), value + "\n");
    }

    private void process(int pid, String startTime) throws IOException {
        Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(proc.resolve(pid + "/stat"), pid + " (a b) c) S 1 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 "
                + startTime + " 1 1 1\n");
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
