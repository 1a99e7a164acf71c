// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.membalancer.core.threads.ThreadDoor;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topologies;

class LatencyProbeTest {
    private static final int TID = 4712;

    private final Pinned thread = new Pinned("0-7");
    private int tries;

    /** From node n to node m it takes 100 * n + m; every third try is interrupted. */
    private double wait(int memoryNodeId) {
        int cpuNodeId = thread.cpus.get(0) ? 0 : 1;
        return 100 * cpuNodeId + memoryNodeId + (tries++ % 3 == 0 ? 10_000 : 0);
    }

    @Test
    void shouldMeasureFromEveryNodeWithCpusAndGiveTheThreadBackItsAffinity() {
        NodeLatencies latencies = new LatencyProbe(thread, TID, this::wait).measure(Topologies.withMemoryOnlyNode());
        assertEquals(2, latencies.between(0, 2));
        assertEquals(101, latencies.between(1, 1));
        assertTrue(Double.isNaN(latencies.between(2, 0)), "no CPU there");
        assertEquals(List.of("0-3", "0-7", "4-7", "0-7"), thread.history);
    }

    @Test
    void shouldNotRunWhereTheThreadMayNot() {
        thread.cpus = CpuList.parse("1-2");
        NodeLatencies latencies = new LatencyProbe(thread, TID, memory -> 7).measure(Topologies.two());
        assertEquals(7, latencies.between(0, 1));
        assertTrue(Double.isNaN(latencies.between(1, 1)));
        assertEquals(List.of("1-2", "1-2"), thread.history);
    }

    @Test
    void shouldKnowNothingWhereTheKernelRefuses() {
        thread.errno = 1;
        NodeLatencies latencies = new LatencyProbe(thread, TID, memory -> 7).measure(Topologies.two());
        assertTrue(Double.isNaN(latencies.between(0, 0)));
    }

    @Test
    void shouldNotMeasureWhereThereIsNothingToBalance() {
        int[][] one = {{10}};
        assertTrue(new LatencyProbe(thread, TID, memory -> 7)
                .measure(Topologies.of(one, Topologies.NODE_BYTES, 0)).isUnknown());
        assertEquals(List.of(), thread.history);
    }

    @Test
    void shouldFollowEveryLineOfItsBufferBeforeItComesBack() {
        ChaseBuffer buffer = new ChaseBuffer(64 * 97);
        BitSet seen = new BitSet();
        for (int i = 0; i < buffer.lineCount(); i++) {
            seen.set(buffer.chase(1) / 64);
        }
        assertEquals(97, seen.cardinality());
        assertEquals(0, buffer.chase(0), "and it is a cycle");
    }

    @Test
    void shouldBelieveABufferOnlyWhereAllOfItLies() {
        ChaseBuffer buffer = new ChaseBuffer(1 << 16);
        assertTrue(buffer.place(1, (pid, count, addresses, nodes, statuses) -> fill(statuses, count, 1),
                bytes -> 1 << 20, 4096));
        assertTrue(!buffer.place(1, (pid, count, addresses, nodes, statuses) -> fill(statuses, count - 1, 1),
                bytes -> 1 << 20, 4096), "one page is elsewhere");
    }

    private static int fill(java.nio.IntBuffer statuses, int count, int nodeId) {
        for (int i = 0; i < count; i++) {
            statuses.put(i, nodeId);
        }
        return 0;
    }

    /** One thread that remembers where it was pinned. */
    private static final class Pinned implements ThreadDoor {
        private final List<String> history = new ArrayList<>();
        private BitSet cpus;
        private int errno;

        Pinned(String cpus) {
            this.cpus = CpuList.parse(cpus);
        }

        @Override
        public Optional<BitSet> affinity(int tid) {
            return Optional.of((BitSet) cpus.clone());
        }

        @Override
        public int setAffinity(int tid, BitSet to) {
            assertEquals(TID, tid);
            if (errno != 0) {
                return -errno;
            }
            cpus = (BitSet) to.clone();
            history.add(CpuList.format(to));
            return 0;
        }

        @Override
        public Optional<String> startTime(int tid) {
            return Optional.empty();
        }

        @Override
        public Optional<String> name(int tid) {
            return Optional.empty();
        }

        @Override
        public int[] threads() {
            return new int[] {TID};
        }
    }
}
