// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.Optional;

import org.membalancer.core.balance.LatencyProbe;
import org.membalancer.core.balance.MemorySenses;
import org.membalancer.core.balance.ProbeDoors;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.topology.NodeLatencies;
import org.membalancer.core.topology.Topology;

/** What processes that are balanced from outside are looked at with: the machine is measured once for all. Owned by one thread. */
final class BalanceSenses implements AutoCloseable {
    private final PageMover mover;
    private final TierRules tiers;
    private final Optional<LatencyProbe> probe;
    private NodeLatencies latencies = NodeLatencies.unknown();

    private BalanceSenses(PageMover mover, TierRules tiers, Optional<LatencyProbe> probe) {
        this.mover = mover;
        this.tiers = tiers;
        this.probe = probe;
    }

    /**
     * Puts the senses together; a dry run, which moves nothing and pins nothing, measures no latencies either.
     *
     * @param doors to this process; its mover also tells where pages of other processes lie
     */
    static BalanceSenses open(BalanceRequest request, TierRules tiers, ProbeDoors doors) throws IOException {
        boolean isProbing = request.policy().mindsLoad() && !request.isDryRun();
        return new BalanceSenses(
                doors.mover(), tiers, isProbing ? Optional.of(LatencyProbe.of(doors)) : Optional.empty());
    }

    /** Those for the memory of one process. */
    MemorySenses ofProcess(int pid) {
        return new MemorySenses(mover, pid, tiers, Optional.empty());
    }

    /** Begins a round: measures the machine. */
    void begin(Topology machine) {
        latencies = probe.map(known -> known.measure(machine)).orElse(NodeLatencies.unknown());
    }

    /** Tells a policy what was measured, unless its heat tells latencies itself. */
    void inform(PlacementPolicy policy, HeatWeight weight) {
        if (probe.isPresent()) {
            policy.latencies(weight == HeatWeight.MISS_LATENCY ? NodeLatencies.unknown() : latencies);
        }
    }

    /** Gives back the memory that latencies were measured with. */
    @Override
    public void close() {
        probe.ifPresent(LatencyProbe::close);
    }
}
