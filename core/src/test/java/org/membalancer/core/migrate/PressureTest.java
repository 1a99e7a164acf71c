// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.membalancer.core.migrate.FakeKernel.PAGE_BYTES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.StayReason;

class PressureTest {
    private static final long BASE = 0x7f00_0000_0000L;

    private final List<String> said = new ArrayList<>();
    private final FakeKernel kernel = new FakeKernel();
    private Optional<String> reason = Optional.empty();

    @Test
    void shouldTakeTheMachinesAndTheCgroupsPressure(@TempDir Path root) throws IOException {
        Path proc = Files.createDirectories(root.resolve("proc"));
        Path cgroup = Files.createDirectories(root.resolve("sys/fs/cgroup/a/b"));
        Files.createDirectories(proc.resolve("pressure"));
        Files.createDirectories(proc.resolve("17"));
        Files.writeString(proc.resolve("17/cgroup"), "1:name=x:/y\n0::/a/b\n");
        Files.writeString(proc.resolve("pressure/memory"), pressure("3.50"));
        Files.writeString(cgroup.resolve("memory.pressure"), pressure("9.99"));
        PressureFiles files = new PressureFiles(PressureFiles.of(proc, root.resolve("sys"), "17"), 10);
        assertEquals(Optional.empty(), files.reasonToWait());
        Files.writeString(cgroup.resolve("memory.pressure"), pressure("10.01"));
        assertEquals("memory is short: tasks waited for it 10.0 % of the last 10 s (limit 10.0 %, "
                + cgroup.resolve("memory.pressure") + ")", files.reasonToWait().orElseThrow());
        assertEquals(Optional.empty(), files.absent());
    }

    @Test
    void shouldTakeTheMachinesPressureWhereTheCgroupHasNoNameThatCanBeRead(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("17"));
        for (byte strange : new byte[] {(byte) 0xe9, 0}) {
            Files.write(root.resolve("17/cgroup"), new byte[] {'0', ':', ':', '/', 'a', strange, '\n'});
            assertEquals(root.resolve("pressure/memory"), PressureFiles.of(root, root, "17").get(0), "byte " + strange);
        }
    }

    @Test
    void shouldNeverWaitWithoutPressureInformationButSaySo(@TempDir Path root) {
        PressureFiles files = new PressureFiles(PressureFiles.of(root, root, "self"), 10);
        assertEquals(Optional.empty(), files.reasonToWait());
        assertTrue(files.absent().orElseThrow().contains(root.resolve("pressure/memory").toString()),
                files.absent().toString());
    }

    @Test
    void shouldRefuseALimitThatIsNoShare() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new PressureFiles(List.of(), 101));
        assertEquals("limitPercent must be 0..100: limitPercent=101.0", e.getMessage());
    }

    @Test
    void shouldCountEveryPageOfAPlanThatWaitsAndSayWhenItBeginsAndEnds() {
        kernel.place(BASE, 13L * PAGE_BYTES, 1);
        Executor executor = new Executor(kernel, 0,
                new ExecutorSettings(1L << 40, ExecutorSettings.MIN_BATCH_PAGES, 1_000_000_000), () -> 0);
        PressureGate gate = new PressureGate(executor, () -> reason, PAGE_BYTES, said::add);
        reason = Optional.of("short");
        MigrationResult first = gate.execute(plan());
        gate.execute(plan());
        assertEquals(13, first.pages(MoveOutcome.UNDER_PRESSURE), "result: " + first);
        assertEquals(List.of(), kernel.moveCalls());
        reason = Optional.empty();
        assertEquals(13, gate.execute(plan()).pages(MoveOutcome.MOVED));
        assertEquals(List.of("moves wait: short", "moves go on: memory is no longer short"), said);
    }

    private static String pressure(String avg10) {
        return "some avg10=" + avg10 + " avg60=0.10 avg300=0.00 total=42\n"
                + "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";
    }

    private static MigrationPlan plan() {
        return new MigrationPlan(List.of(new BlockMove(BASE, 13L * PAGE_BYTES, 1, 0, MoveReason.NEARER, MoveNumbers.NONE)), 1,
                Collections.nCopies(StayReason.values().length, 0L));
    }
}
