// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;
import java.util.Optional;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.PlaceWindow;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topology;

/** Decides; never acts. The same inputs and history give the same plan. One thread owns it. */
public interface PlacementPolicy {

    /**
     * Proposes the moves worth making now.
     *
     * @param nowNs the time of this decision, CLOCK_MONOTONIC
     * @param heat heat per page at one instant; not modified
     * @param residency the node on which each page of {@code heat} lies; not modified
     * @param topology nodes, distances and free bytes at that instant
     * @return moves in order of value; empty when none is worth its cost, never null
     */
    MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology);

    /**
     * Asks for the decisions about the blocks in the plans that follow.
     *
     * @param mostBlocks the hottest ones, at most so many; 0: none. A policy that weighs nothing explains nothing
     */
    default void explain(int mostBlocks) {
    }

    /** Replaces the ranges that may be moved, before a round. They may overlap and come in any order. */
    default void movableRanges(List<AddressRange> movable) {
    }

    /** Tells, before a round, where a walk over the movable ranges found pages; read until the round's end. */
    default void placeWindow(PlaceWindow walked) {
    }

    /** Tells, before a round, how long accesses take now. */
    default void latencies(NodeLatencies measured) {
    }

    /** Tells, before a round, what a sample is worth; holds until told anew. Until then it is {@link SampleWorth#unknown()}. */
    default void sampleWorth(SampleWorth told) {
    }

    /** Tells, before a round, what other balancers would want of the fastest tier; holds until new claims come. */
    default void othersClaims(List<TierClaim> claims) {
    }

    /** What this one would want, as the last round saw it; empty: nothing, or there are no tiers. */
    default Optional<TierClaim> claim() {
        return Optional.empty();
    }
}
