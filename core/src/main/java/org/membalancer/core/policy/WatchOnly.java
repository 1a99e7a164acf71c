// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topology;

/** The policy of report mode: looks at nothing and moves nothing. */
public final class WatchOnly implements PlacementPolicy {
    @Override
    public MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
        return MigrationPlan.nothing();
    }
}
