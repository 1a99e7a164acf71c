// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.residency.PlaceWalk;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topology;

/**
 * What a policy for memory is told before each round beside heat: what may move, where pages lie that no sample saw, and
 * how late each node answers. Owned by one thread, the one that is pinned to measure.
 */
public final class MemorySenses implements AutoCloseable {
    /** Pages that are asked for in one round where there are tiers: 256 MiB. */
    private static final int WALKED_PAGES = 1 << 16;
    private static final int PAGE_BYTES = 4096;

    private final Optional<PlaceWalk> walk;
    private final Optional<LatencyProbe> probe;

    /**
     * Puts the senses together.
     *
     * @param mover the door to the kernel; it is only asked where pages lie
     * @param pid the process that is balanced; 0 for the caller's own
     * @param tiers whether cold memory is looked for
     * @param probe what measures latencies; empty: nothing is pinned or moved to know them, as in a dry run
     */
    public MemorySenses(PageMover mover, int pid, TierRules tiers, Optional<LatencyProbe> probe) {
        this.walk = tiers.canMove()
                ? Optional.of(new PlaceWalk(mover, pid, WALKED_PAGES, PAGE_BYTES)) : Optional.empty();
        this.probe = probe;
    }

    /**
     * Tells a policy what it may move and what is known besides.
     *
     * @param weight of the heat that there is; what tells latencies itself needs no probe
     */
    public void inform(PlacementPolicy policy, List<AddressRange> movable, Topology topology, HeatWeight weight) {
        policy.movableRanges(movable);
        probe.ifPresent(known -> policy.latencies(
                weight == HeatWeight.MISS_LATENCY ? NodeLatencies.unknown() : known.measure(topology)));
        if (walk.isPresent()) {
            List<AddressRange> ascending = new ArrayList<>(movable);
            ascending.sort(Comparator.comparing(AddressRange::startAddress, Long::compareUnsigned));
            policy.placeWindow(walk.get().step(ascending));
        }
    }

    /** Gives back the memory that latencies were measured with. */
    @Override
    public void close() {
        probe.ifPresent(LatencyProbe::close);
    }
}
