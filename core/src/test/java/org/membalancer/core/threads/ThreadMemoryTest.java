// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.membalancer.core.sample.Sample;

class ThreadMemoryTest {
    private static final long PAGE = 4096;
    private static final int EFAULT = 14;
    private static final int EPERM = 1;

    private final FakeRing ring = new FakeRing(3);
    private final Map<Long, Integer> places = new HashMap<>();
    private int failure;
    private final ThreadMemory memory = new ThreadMemory((pid, count, addresses, nodes, statuses) -> {
        for (int i = 0; i < count; i++) {
            statuses.put(i, places.getOrDefault(addresses.get(i), -EFAULT));
        }
        return failure;
    }, 0, ring.ring(), ring.threadTable(), PAGE);

    @Test
    void shouldBelieveTheNodeThatTheSourceTells() {
        ring.record(new Sample().by(0, 1, 11).at(1, 5 * PAGE, 0).nodes(0, 2));
        memory.refresh(1);
        assertArrayEquals(new double[] {0, 0, 1}, memory.of(11));
        assertEquals(new ThreadSamples(1, 0, 0), memory.samples());
    }

    @Test
    void shouldHandAccessesToTheirProcess() {
        SharedAccesses shared = new SharedAccesses(ring.ring(), ring.threadTable());
        ThreadMemory first = shared.join(1, (pid, count, addresses, nodes, statuses) -> 0, 101, PAGE);
        ThreadMemory second = shared.join(2, (pid, count, addresses, nodes, statuses) -> 0, 102, PAGE);
        ring.record(new Sample().by(1, 101, 11).at(1, 5 * PAGE, 0).nodes(0, 2));
        ring.record(new Sample().by(2, 102, 12).at(1, 5 * PAGE, 0).nodes(0, 1));
        ring.record(new Sample().by(3, 103, 13).at(1, 5 * PAGE, 0).nodes(0, 1));
        shared.drain(1);
        first.refresh(1);
        second.refresh(1);
        assertArrayEquals(new double[] {0, 0, 1}, first.of(11));
        assertArrayEquals(new double[] {0, 1, 0}, second.of(12));
        assertArrayEquals(new double[3], second.of(13), "of a process that has not joined");
        assertEquals(new ThreadSamples(1, 0, 0), first.samples());
        shared.leave(1);
        ring.record(new Sample().by(1, 101, 11).at(1, 5 * PAGE, 0).nodes(0, 2));
        shared.drain(1);
        assertEquals(new ThreadSamples(1, 0, 0), first.samples());
    }

    @Test
    void shouldAskTheKernelWhereTheSourceCannotTell() {
        places.put(5 * PAGE, 1);
        ring.record(new Sample().by(0, 1, 11).at(1, 5 * PAGE + 123, 0).nodes(0, Sample.NODE_UNKNOWN));
        memory.refresh(1);
        assertArrayEquals(new double[] {0, 1, 0}, memory.of(11));
    }

    @Test
    void shouldWeighByLatencyWhereTheSourceTellsIt() {
        ring.record(new Sample().by(0, 1, 11).at(1, PAGE, 0).nodes(0, 1).miss(6 * FakeRing.STALL_CYCLES, 0, 3, 0));
        ring.record(new Sample().by(0, 1, 12).at(1, PAGE, 0).nodes(0, 1).kind(1, 8, 4));
        memory.refresh(1);
        assertArrayEquals(new double[] {0, 2, 0}, memory.of(11));
        assertArrayEquals(new double[] {0, 4, 0}, memory.of(12));
    }

    @Test
    void shouldCountAccessesWhosePageLiesNowhere() {
        ring.record(new Sample().by(0, 1, 11).at(1, 7 * PAGE, 0).nodes(0, Sample.NODE_UNKNOWN));
        ring.record(new Sample().by(0, 1, 11).at(1, 0, 0).nodes(0, Sample.NODE_UNKNOWN));
        memory.refresh(1);
        assertEquals(new ThreadSamples(2, 0, 2), memory.samples());
        assertEquals(0, memory.errno());
    }

    @Test
    void shouldCountAccessesWhenTheKernelDoesNotAnswer() {
        failure = -EPERM;
        places.put(5 * PAGE, 1);
        ring.record(new Sample().by(0, 1, 11).at(1, 5 * PAGE, 0).nodes(0, Sample.NODE_UNKNOWN));
        memory.refresh(1);
        assertEquals(EPERM, memory.errno());
        assertEquals(new ThreadSamples(1, 0, 1), memory.samples());
        assertArrayEquals(new double[3], memory.of(11));
    }

    @Test
    void shouldHalveWhatItSawWithEachHalfLife() {
        ring.record(new Sample().by(0, 1, 11).at(1, PAGE, 0).nodes(0, 1).kind(1, 8, 8));
        memory.refresh(1);
        memory.refresh(1 + ThreadMemory.HALF_LIFE_NS);
        assertArrayEquals(new double[] {0, 4, 0}, memory.of(11));
    }
}
