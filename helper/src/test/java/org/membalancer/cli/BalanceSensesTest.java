// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.DefaultParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.balance.MemorySenses;
import org.membalancer.core.balance.OwnMemoryDoor;
import org.membalancer.core.balance.ProbeDoors;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.policy.TierSpec;
import org.membalancer.core.policy.WatchOnly;
import org.membalancer.core.threads.AffinityDoor;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Two made-up nodes: what a run does to memory and threads before it has decided anything. */
class BalanceSensesTest {
    private static final int ROUNDS = 3;

    private final List<String> acts = new ArrayList<>();
    private int pagesAsked;
    private long nowNs;
    @TempDir
    private Path procRoot;

    private void inform(String... arguments) throws Exception {
        Files.createSymbolicLink(procRoot.resolve("thread-self"), Path.of("1/task/4712"));
        OwnMemoryDoor memory = new OwnMemoryDoor(bytes -> {
            acts.add("map");
            return Optional.of(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
        }, mapped -> 0, mapped -> 1 << 20);
        BalanceRequest request =
                BalanceRequest.of(new DefaultParser().parse(BalanceRequest.options(), arguments));
        TierRules tiers = TierSpec.parse("fast:0; slow:1");
        try (BalanceSenses senses = BalanceSenses.open(request, tiers,
                new ProbeDoors(this::move, new Threads(), memory, () -> nowNs += 100, procRoot, acts::add))) {
            MemorySenses ofProcess = senses.ofProcess(4711);
            for (int round = 0; round < ROUNDS; round++) {
                senses.begin(twoNodes());
                senses.inform(new WatchOnly(), HeatWeight.COUNTS);
                ofProcess.inform(new WatchOnly(), List.of(new AddressRange(1 << 20, 2 << 20, "all")), twoNodes(),
                        HeatWeight.COUNTS);
            }
        }
    }

    @Test
    void shouldNeitherMoveNorPinInADryRun() throws Exception {
        inform("-p", "1", "--dry-run");
        assertEquals(List.of(), acts);
        assertTrue(pagesAsked > 0, "it looks all the same");
    }

    @Test
    void shouldMeasureLatenciesInARunThatMoves() throws Exception {
        inform("-p", "1");
        assertTrue(acts.containsAll(List.of("map", "move", "pin")), acts.toString());
    }

    @Test
    void shouldMeasureNothingForAPolicyThatDoesNotMindLoad() throws Exception {
        inform("-p", "1", "--policy", "threads");
        assertEquals(List.of(), acts);
    }

    private int move(int pid, int count, LongBuffer pages, IntBuffer targets, IntBuffer statuses) {
        if (targets == null) {
            pagesAsked += count;
        } else {
            acts.add("move");
        }
        for (int i = 0; i < count; i++) {
            statuses.put(i, targets == null ? statuses.get(i) : targets.get(i));
        }
        return 0;
    }

    private static Topology twoNodes() {
        return new Topology(List.of(new Node(0, CpuList.parse("0"), 1 << 30, 1 << 29),
                new Node(1, CpuList.parse("1"), 1 << 30, 1 << 29)), new int[][] {{10, 21}, {21, 10}});
    }

    /** A thread that may run on both nodes. */
    private final class Threads implements AffinityDoor {
        @Override
        public Optional<BitSet> affinity(int tid) {
            return Optional.of(CpuList.parse("0-1"));
        }

        @Override
        public int setAffinity(int tid, BitSet cpus) {
            acts.add("pin");
            return 0;
        }
    }
}
