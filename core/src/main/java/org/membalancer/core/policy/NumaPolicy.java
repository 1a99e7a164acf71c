// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topology;

/** Moves memory to the node from which it is used, where the samples are sure and the gain is worth it. */
public final class NumaPolicy implements PlacementPolicy {

    /**
     * Makes a policy.
     *
     * @param settings what to weigh
     * @param movable ranges that may be moved; nothing outside is
     */
    public NumaPolicy(NumaPolicySettings settings, List<AddressRange> movable) {
        throw new UnsupportedOperationException("being written");
    }

    /** Replaces the ranges that may be moved, before a round. They may overlap and come in any order. */
    public void movableRanges(List<AddressRange> movable) {
        throw new UnsupportedOperationException("being written");
    }

    @Override
    public MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
        throw new UnsupportedOperationException("being written");
    }
}
