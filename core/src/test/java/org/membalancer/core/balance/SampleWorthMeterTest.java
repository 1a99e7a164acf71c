// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.policy.SampleWorth;

/** A process whose CPU time and samples are made up. */
class SampleWorthMeterTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    @TempDir
    private Path process;
    private final HeatSnapshot heat = new HeatSnapshot(16, 2);
    private SampleWorthMeter meter;
    private long nowNs = 100 * SECOND;
    private long cpuMs = 70_000;
    private long recorded = 1_000_000;

    @BeforeEach
    void begin() throws IOException {
        meter = new SampleWorthMeter(new CpuTime(process), () -> recorded);
        heat(9, 0);
        assertEquals(SampleWorth.unknown(), pass(0, 0), "what was before is not known");
    }

    @Test
    void shouldReadTheTimeInUserModeOfANameWithBlanks() throws IOException {
        Files.writeString(process.resolve("stat"), stat("a (b) c", 1234, 777));
        assertEquals(12_340 * MS, new CpuTime(process).userNs());
    }

    @Test
    void shouldSayWhatIsNoProcess() throws IOException {
        Files.writeString(process.resolve("stat"), "17 (java) S 1");
        assertTrue(assertThrows(IOException.class, () -> new CpuTime(process).userNs()).getMessage().contains("17 (java)"));
        Files.writeString(process.resolve("stat"), stat("java", -1, 5));
        assertThrows(IOException.class, () -> new CpuTime(process).userNs());
        Files.writeString(process.resolve("stat"), stat("java", Long.MAX_VALUE, 5));
        assertThrows(IOException.class, () -> new CpuTime(process).userNs());
        Files.writeString(process.resolve("stat"), "");
        assertThrows(IOException.class, () -> new CpuTime(process).userNs());
        assertThrows(IOException.class, () -> new CpuTime(process.resolve("gone")).userNs());
    }

    @Test
    void shouldReadTheOwnProcess() throws IOException {
        long userNs = new CpuTime(Path.of("/proc/self")).userNs();
        long after = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
        assertTrue(userNs > 0 && userNs <= after + 20 * MS, userNs + " ns in user mode of " + after);
    }

    @Test
    void shouldTakeASampleForMoreWhereTheRateIsLow() throws IOException {
        SampleWorth worth = SampleWorth.unknown();
        for (int second = 0; second < 10; second++) {
            worth = pass(2000, 100);
        }
        assertEquals(20 * MS, worth.threadNs(), 1);
        assertTrue(worth.isMeasured());
    }

    @Test
    void shouldTakeASampleForLessWhereTheRateIsHigh() throws IOException {
        assertEquals(0.25 * MS, pass(1000, 4000).threadNs(), 1);
    }

    @Test
    void shouldBelieveNothingBeforeThereIsEnough() throws IOException {
        assertEquals(SampleWorth.unknown(), pass(1000, 31), "samples");
        assertTrue(pass(0, 10).isMeasured(), "samples");
        meter = new SampleWorthMeter(new CpuTime(process), () -> recorded);
        pass(0, 0);
        assertEquals(SampleWorth.unknown(), pass(240, 1000), "CPU time");
        assertTrue(pass(100, 400).isMeasured());
    }

    @Test
    void shouldKeepWhatItBelievedWhileAProcessRests() throws IOException {
        pass(1000, 100);
        for (int second = 0; second < 300; second++) {
            assertEquals(10 * MS, pass(0, 0).threadNs(), 1);
        }
    }

    @Test
    void shouldForgetAnOldRateAsHeatDoes() throws IOException {
        for (int second = 0; second < 60; second++) {
            pass(1000, 1000);
        }
        nowNs += SampleWorthMeter.HALF_LIFE_NS - SECOND;
        double halfway = pass(8590, 859).threadNs();
        assertTrue(halfway > 1.5 * MS && halfway < 3 * MS, "half of the heat is of 1 ms: " + halfway);
        double last = 0;
        for (int second = 0; second < 60; second++) {
            last = pass(1000, 100).threadNs();
        }
        assertTrue(last > 9 * MS && last <= 10 * MS, "" + last);
    }

    @Test
    void shouldKeepItsBounds() throws IOException {
        assertEquals(50 * MS, pass(4_000_000, 40).threadNs());
        meter = new SampleWorthMeter(new CpuTime(process), () -> recorded);
        pass(0, 0);
        assertEquals(0.1 * MS, pass(1000, 1_000_000).threadNs());
    }

    @Test
    void shouldBeginAnewWhenTheCounterDoes() throws IOException {
        pass(1000, 100);
        cpuMs += 60_000;
        recorded = 7;
        assertEquals(10 * MS, pass(0, 0).threadNs(), 1, "nobody sampled in that minute");
        assertEquals(10 * MS, pass(1000, 100).threadNs(), 1);
    }

    @Test
    void shouldKeepWhatItBelievedWhenTheProcessIsGone() throws IOException {
        pass(1000, 100);
        Files.delete(process.resolve("stat"));
        assertEquals(10 * MS, meter.measure(nowNs, heat).threadNs(), 1);
    }

    @Test
    void shouldCountTicksThatPoliciesCountOnce() throws IOException {
        heat(9, 9);
        assertEquals(2 * MS, pass(1000, 1000).threadNs(), 1, "two are recorded, one counts");
        heat(9, 3);
        assertEquals(4.0 / 3 * MS, pass(0, 0).threadNs(), 1);
        heat.weighBy(HeatWeight.MISS_LATENCY, 256);
        assertEquals(MS, pass(0, 0).threadNs(), 1, "stalls are no samples there");
    }

    /** A second in which the process used so much of a CPU and had so many samples. */
    private SampleWorth pass(long usedMs, long samples) throws IOException {
        nowNs += SECOND;
        cpuMs += usedMs;
        recorded += samples;
        Files.writeString(process.resolve("stat"), stat("java", cpuMs / 10, 99_999));
        return meter.measure(nowNs, heat);
    }

    private void heat(int accesses, int stalls) {
        heat.begin(nowNs, 12, 33);
        for (int page = 0; page < 7; page++) {
            heat.add(new PageHeat(100 + page, 0, new int[] {accesses, 0}, new int[] {stalls, 0}, 0, 0, 0));
        }
    }

    private static String stat(String name, long userTicks, long systemTicks) {
        return "17 (" + name + ") S 1 17 17 0 -1 4194304 101 0 0 0 " + userTicks + " " + systemTicks
                + " 5 6 20 0 3 0 4711 1000 200 18446744073709551615\n";
    }
}
