// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.policy.WatchOnly;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.threads.AffinityDoor;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

/** Two nodes, and a clock by which memory of the other one is late. */
class MemorySensesTest {
    private static final int TID = 4712;
    private static final int ROUNDS = 20;

    @TempDir
    private Path procRoot;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private final List<ByteBuffer> mapped = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final List<NodeLatencies> told = new ArrayList<>();
    private final Thread4712 thread = new Thread4712();
    private int movesWithTargets;
    private int lastTarget;
    private int mapsAsked;
    private long nowNs;

    @BeforeEach
    void linkThread() throws IOException {
        Files.createSymbolicLink(procRoot.resolve("thread-self"), Path.of("1/task/" + TID));
    }

    private MemorySenses senses(boolean hasProbe) throws IOException {
        ProbeDoors doors = new ProbeDoors(this::move, thread, new OwnMemoryDoor(this::map, this::unmap, b -> 1 << 20),
                () -> nowNs += 100, procRoot, said::add);
        return new MemorySenses(this::move, 7, TierRules.none(),
                hasProbe ? Optional.of(LatencyProbe.of(doors)) : Optional.empty());
    }

    private void inform(MemorySenses senses, HeatWeight weight) {
        for (int round = 0; round < ROUNDS; round++) {
            senses.inform(new Listener(), List.of(new AddressRange(0, 4096, "all")), Topologies.two(), weight);
        }
    }

    @Test
    void shouldPinAndPlaceAndGiveItsMemoryBack() throws IOException {
        provide(2);
        MemorySenses senses = senses(true);
        inform(senses, HeatWeight.COUNTS);
        assertEquals(2, movesWithTargets, "one a node");
        assertEquals(ROUNDS * 4, thread.pins, "to each node and back");
        assertEquals(2, mapped.size());
        senses.close();
        assertEquals(List.of(), mapped, "given back");
        inform(senses, HeatWeight.COUNTS);
        assertEquals(2, mapsAsked, "and not used any more");
        assertEquals(List.of(), said);
    }

    @Test
    void shouldTouchNothingWithoutAProbe() throws IOException {
        MemorySenses senses = senses(false);
        inform(senses, HeatWeight.COUNTS);
        assertEquals(0, movesWithTargets);
        assertEquals(0, thread.pins);
        assertEquals(List.of(), told);
    }

    @Test
    void shouldNotProbeWhereSamplesTellLatencies() throws IOException {
        provide(2);
        inform(senses(true), HeatWeight.MISS_LATENCY);
        assertEquals(0, movesWithTargets);
        assertEquals(0, thread.pins);
        assertEquals(ROUNDS, told.stream().filter(NodeLatencies::isUnknown).count(), "what a probe said before is gone");
    }

    @Test
    void shouldSayOnceThatThereIsNoMemoryAndGoOn() throws IOException {
        inform(senses(true), HeatWeight.COUNTS);
        assertEquals(2, mapsAsked, "once a node");
        assertTrue(told.stream().allMatch(NodeLatencies::isUnknown), told.toString());
        assertEquals(List.of("the kernel gives no memory to measure latencies of node 0 with: they stay unknown"), said);
    }

    @Test
    void shouldTakeNoneOfTheJvmsDirectBuffers() throws IOException {
        provide(2);
        MemorySenses senses = senses(true);
        long before = direct().getTotalCapacity();
        inform(senses, HeatWeight.COUNTS);
        assertEquals(2, mapped.size(), "it did measure");
        long after = direct().getTotalCapacity();
        assertTrue(after <= before, before + " bytes before, " + after + " after");
    }

    private static BufferPoolMXBean direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();
    }

    private void provide(int buffers) {
        for (int i = 0; i < buffers; i++) {
            free.add(ByteBuffer.allocateDirect(ChaseBuffer.mappedBytes(ChaseBuffer.BYTES)).order(ByteOrder.nativeOrder()));
        }
    }

    private Optional<ByteBuffer> map(int bytes) {
        mapsAsked++;
        Optional<ByteBuffer> given = Optional.ofNullable(free.poll());
        given.ifPresent(buffer -> {
            assertEquals(buffer.capacity(), bytes);
            mapped.add(buffer);
        });
        return given;
    }

    private int unmap(ByteBuffer buffer) {
        assertTrue(mapped.removeIf(known -> known == buffer), "not mapped");
        return 0;
    }

    private int move(int pid, int count, LongBuffer pages, IntBuffer targets, IntBuffer statuses) {
        if (targets != null) {
            movesWithTargets++;
            lastTarget = targets.get(0);
        }
        for (int i = 0; i < count; i++) {
            statuses.put(i, lastTarget);
        }
        return 0;
    }

    /** Listens to what a policy is told. */
    private final class Listener implements PlacementPolicy {
        private final WatchOnly watch = new WatchOnly();

        @Override
        public void latencies(NodeLatencies measured) {
            told.add(measured);
        }

        @Override
        public MigrationPlan plan(long timeNs, HeatSnapshot heat, Residency residency, Topology topology) {
            return watch.plan(timeNs, heat, residency, topology);
        }
    }

    /** Counts how often it was pinned. */
    private static final class Thread4712 implements AffinityDoor {
        private int pins;

        @Override
        public Optional<BitSet> affinity(int tid) {
            return Optional.of(BitSet.valueOf(new long[] {0xff}));
        }

        @Override
        public int setAffinity(int tid, BitSet cpus) {
            pins++;
            return 0;
        }
    }
}
