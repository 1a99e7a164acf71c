// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

import org.membalancer.core.clock.Clock;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.residency.PlaceWalk;
import org.membalancer.core.threads.ThreadDoor;
import org.membalancer.core.topology.Topology;

/**
 * What a policy for memory is told before each round beside heat: what may move, where pages lie that no sample saw, and
 * how late each node answers. Owned by one thread, the one that is pinned to measure.
 */
public final class MemorySenses {
    /** Pages that are asked for in one round where there are tiers: 256 MiB. */
    private static final int WALKED_PAGES = 1 << 16;
    private static final int PAGE_BYTES = 4096;

    private final PlaceWalk walk;
    private final Optional<LatencyProbe> probe;
    private final boolean hasTiers;

    /**
     * Puts the senses together. Call it on the thread that will use them.
     *
     * @param mover the door to the kernel
     * @param pid the process that is balanced; 0 for the caller's own
     * @param policy whether load is looked for
     * @param tiers whether cold memory is looked for
     * @param ownThreads the door to the caller's own threads
     * @param procRoot {@code /proc}
     * @param addressOf tells where a direct buffer lies
     * @param clock for the waits
     * @throws IOException if the calling thread's id cannot be read
     */
    public MemorySenses(PageMover mover, int pid, PolicyName policy, TierRules tiers, ThreadDoor ownThreads,
            Path procRoot, ToLongFunction<ByteBuffer> addressOf, Clock clock) throws IOException {
        this.walk = new PlaceWalk(mover, pid, WALKED_PAGES, PAGE_BYTES);
        this.hasTiers = tiers.canMove();
        Path self = Files.readSymbolicLink(procRoot.resolve("thread-self"));
        this.probe = policy.mindsLoad() ? Optional.of(new LatencyProbe(ownThreads,
                Integer.parseInt(self.getFileName().toString()), new OwnMemoryWait(mover, addressOf, clock)))
                : Optional.empty();
    }

    /** Tells a policy what it may move and what is known besides. */
    public void inform(PlacementPolicy policy, List<AddressRange> movable, Topology topology) {
        policy.movableRanges(movable);
        probe.ifPresent(known -> policy.latencies(known.measure(topology)));
        if (hasTiers) {
            List<AddressRange> ascending = new ArrayList<>(movable);
            ascending.sort(Comparator.comparing(AddressRange::startAddress, Long::compareUnsigned));
            policy.placeWindow(walk.step(ascending));
        }
    }
}
