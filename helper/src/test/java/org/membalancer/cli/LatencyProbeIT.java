// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.membalancer.core.balance.LatencyProbe;
import org.membalancer.core.balance.OwnMemoryDoor;
import org.membalancer.core.balance.ProbeDoors;
import org.membalancer.core.threads.ProcThreads;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;
import org.membalancer.jni.Affinity;
import org.membalancer.jni.MonotonicClock;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.PageMoves;
import org.membalancer.jni.PrivateMemory;

/** The probe with the real kernel: on node 0, and on one that no machine has. */
class LatencyProbeIT {
    private static final Path PROC = Path.of("/proc");
    private static final int NO_SUCH_NODE = 1000;

    private final List<String> said = new ArrayList<>();
    private int maps;
    private int unmaps;

    private Optional<ByteBuffer> map(int bytes) {
        maps++;
        return PrivateMemory.map(bytes);
    }

    private int unmap(ByteBuffer mapped) {
        unmaps++;
        return PrivateMemory.unmap(mapped);
    }

    @Test
    void shouldPutMemoryOnANodeAndGiveItBackWithItsAffinity() throws Exception {
        NativeLibrary.load();
        int tid = Integer.parseInt(Files.readSymbolicLink(PROC.resolve("thread-self")).getFileName().toString());
        ProcThreads threads = new ProcThreads(PROC, "self", Affinity::get, Affinity::set);
        BitSet before = threads.affinity(tid).orElseThrow();
        try (LatencyProbe probe = LatencyProbe.of(new ProbeDoors(PageMoves::move, threads,
                new OwnMemoryDoor(this::map, this::unmap, PrivateMemory::addressOf), MonotonicClock::nowNs, PROC,
                said::add))) {
            for (int round = 0; round < 3; round++) {
                assertTrue(probe.measure(withANodeThatIsNotThere(before)).isUnknown(), "round " + round);
            }
            assertEquals(before, threads.affinity(tid).orElseThrow());
            assertEquals(2, maps, "one a node");
            assertEquals(1, unmaps, "that of the node that is not there: " + said);
        }
        assertEquals(2, unmaps);
        assertEquals(List.of("memory to measure latencies with cannot be put on node " + NO_SUCH_NODE
                + ": they stay unknown"), said);
    }

    private static Topology withANodeThatIsNotThere(BitSet cpus) {
        return new Topology(List.of(new Node(0, cpus, 1 << 30, 1 << 29),
                new Node(NO_SUCH_NODE, CpuList.parse(""), 1 << 30, 1 << 29)), new int[][] {{10, 21}, {21, 10}});
    }
}
