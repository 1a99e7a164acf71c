// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.membalancer.core.threads.AffinityDoor;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

class LatencyProbeTest {
    private static final int TID = 4712;

    private static final int ROUNDS = 8;

    private final Pinned thread = new Pinned("0-7");
    private final List<String> said = new ArrayList<>();
    private int tries;

    /** A node's own memory takes 90, that of the n-th other node 120 and n; every third try is interrupted. */
    private double wait(int memoryNodeId) {
        int cpuNodeId = thread.cpus.get(0) ? 0 : 1;
        return (cpuNodeId == memoryNodeId ? 90 : 120 + memoryNodeId) + (tries++ % 3 == 0 ? 10_000 : 0);
    }

    private NodeLatencies measure(LatencyProbe.Wait wait, Topology topology, int rounds) {
        LatencyProbe probe = new LatencyProbe(thread, TID, wait, said::add);
        NodeLatencies last = NodeLatencies.unknown();
        for (int round = 0; round < rounds; round++) {
            last = probe.measure(topology);
        }
        return last;
    }

    @Test
    void shouldMeasureFromEveryNodeWithCpusAndGiveTheThreadBackItsAffinity() {
        NodeLatencies latencies = measure(this::wait, Topologies.withMemoryOnlyNode(), ROUNDS);
        assertEquals(122, latencies.between(0, 2));
        assertEquals(90, latencies.between(1, 1));
        assertTrue(Double.isNaN(latencies.between(2, 0)), "no CPU there");
        assertEquals(List.of("0-3", "0-7", "4-7", "0-7"), thread.history.subList(0, 4));
    }

    @Test
    void shouldMakeMemoryWhereItShallLie() {
        List<String> made = new ArrayList<>();
        LatencyProbe.Wait wait = new LatencyProbe.Wait() {
            @Override
            public void prepare(int memoryNodeId) {
                made.add(memoryNodeId + " from " + CpuList.format(thread.cpus));
            }

            @Override
            public double accessNs(int memoryNodeId) {
                return 7;
            }
        };
        measure(wait, Topologies.withMemoryOnlyNode(), 1);
        assertEquals(List.of("0 from 0-3", "2 from 0-3", "1 from 4-7", "2 from 4-7"), made);
    }

    @Test
    void shouldNotRunWhereTheThreadMayNot() {
        thread.cpus = CpuList.parse("1-2");
        NodeLatencies latencies = measure(memory -> 7 + memory, Topologies.two(), ROUNDS);
        assertEquals(8, latencies.between(0, 1));
        assertTrue(Double.isNaN(latencies.between(1, 1)));
        assertEquals(Set.of("1-2"), Set.copyOf(thread.history));
    }

    @Test
    void shouldKnowNothingWhereTheKernelRefuses() {
        thread.errno = 1;
        assertTrue(measure(this::wait, Topologies.two(), ROUNDS).isUnknown());
    }

    @Test
    void shouldMeasureNoMoreOnceItsThreadCannotHaveItsAffinityBack() {
        LatencyProbe probe = new LatencyProbe(thread, TID, this::wait, said::add);
        for (int round = 0; round < ROUNDS; round++) {
            probe.measure(Topologies.two());
        }
        assertEquals(90, probe.measure(Topologies.two()).between(0, 0), "it was believed");
        thread.history.clear();
        thread.stuckErrno = 22;
        for (int round = 0; round < 3; round++) {
            assertTrue(probe.measure(Topologies.two()).isUnknown(), "round " + round);
        }
        assertEquals(1, thread.history.size(), "pinned once more, and not again: " + thread.history);
        assertEquals(List.of("thread 4712 cannot have its CPUs 0-7 back (errno 22) and stays on " + thread.history.get(0)
                + ": latencies are not measured any more"), said);
    }

    @Test
    void shouldTellNothingBeforeItHasSeenDistancesOftenEnough() {
        assertTrue(measure(this::wait, Topologies.two(), ROUNDS - 1).isUnknown());
        assertTrue(measure(memory -> 7, Topologies.two(), 10 * ROUNDS).isUnknown(), "all memory is alike");
        assertTrue(measure(memory -> 100 - memory, Topologies.withMemoryOnlyNode(), 10 * ROUNDS).isUnknown(),
                "the memory of node 2 answers sooner than a node's own");
    }

    @Test
    void shouldNotTakeNoiseForLatencies() {
        Random random = new Random(7);
        assertTrue(measure(memory -> 100 * Math.exp(random.nextGaussian()), Topologies.withMemoryOnlyNode(), 5000)
                .isUnknown());
    }

    @Test
    void shouldGoOnTellingWhenLoadPutsDistancesOutOfOrder() {
        boolean[] isLoaded = {false};
        LatencyProbe probe = new LatencyProbe(
                thread, TID, memory -> isLoaded[0] && memory == 0 ? 400 : wait(memory), said::add);
        for (int round = 0; round < ROUNDS; round++) {
            probe.measure(Topologies.two());
        }
        isLoaded[0] = true;
        assertEquals(400, probe.measure(Topologies.two()).between(0, 0));
    }

    @Test
    void shouldNotMeasureWhereThereIsNothingToBalance() {
        int[][] one = {{10}};
        assertTrue(new LatencyProbe(thread, TID, memory -> 7, said::add)
                .measure(Topologies.of(one, Topologies.NODE_BYTES, 0)).isUnknown());
        assertEquals(List.of(), thread.history);
    }

    @Test
    void shouldFollowEveryLineOfItsBufferBeforeItComesBack() {
        ChaseBuffer buffer = new ChaseBuffer(memory(ChaseBuffer.mappedBytes(64 * 97)), 64 * 97);
        BitSet seen = new BitSet();
        for (int i = 0; i < buffer.lineCount(); i++) {
            seen.set(buffer.chase(1) / 64);
        }
        assertEquals(97, seen.cardinality());
        assertEquals(0, buffer.chase(0), "and it is a cycle");
    }

    @Test
    void shouldBelieveABufferOnlyWhereAllOfItLies() {
        ChaseBuffer buffer = new ChaseBuffer(memory(ChaseBuffer.mappedBytes(1 << 16)), 1 << 16);
        assertTrue(buffer.place(1, (pid, count, addresses, nodes, statuses) -> fill(statuses, count, 1), 1 << 20));
        assertTrue(!buffer.place(1, (pid, count, addresses, nodes, statuses) -> fill(statuses, count - 1, 1), 1 << 20),
                "one page is elsewhere");
    }

    private static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static int fill(java.nio.IntBuffer statuses, int count, int nodeId) {
        for (int i = 0; i < count; i++) {
            statuses.put(i, nodeId);
        }
        return 0;
    }

    /** One thread that remembers where it was pinned. */
    private static final class Pinned implements AffinityDoor {
        private final List<String> history = new ArrayList<>();
        private BitSet cpus;
        private int errno;
        /** Why it may not go back to all its CPUs; 0: it may. */
        private int stuckErrno;

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
            if (stuckErrno != 0 && to.cardinality() == 8) {
                return -stuckErrno;
            }
            cpus = (BitSet) to.clone();
            history.add(CpuList.format(to));
            return 0;
        }
    }
}
