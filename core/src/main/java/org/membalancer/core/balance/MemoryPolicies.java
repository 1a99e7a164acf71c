// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.AutoPolicy;
import org.membalancer.core.policy.MoveCosts;
import org.membalancer.core.policy.NumaPolicy;
import org.membalancer.core.policy.NumaPolicySettings;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.topology.SysfsTiers;
import org.membalancer.core.topology.Topology;

/** Makes the policy for memory that a user's choice asks for. Stateless. */
public final class MemoryPolicies {
    private MemoryPolicies() {
    }

    /**
     * The tiers for a policy: those that the user named, or those of the machine, fastest first, as the kernel, the
     * firmware or distances tell.
     *
     * @param name what the user chose
     * @param named empty: none
     * @param sysfsRoot {@code /sys}
     * @param topology as far as the process may use it
     * @throws IOException naming a file that could not be read or understood
     * @throws IllegalArgumentException if a named tier has a node that may not be used
     */
    public static TierRules tiers(PolicyName name, Optional<TierRules> named, Path sysfsRoot, Topology topology)
            throws IOException {
        if (!name.hasTiers()) {
            return TierRules.none();
        }
        if (named.isEmpty()) {
            return TierRules.of(SysfsTiers.detect(sysfsRoot, topology).tiers());
        }
        named.get().checkNodes(topology);
        return named.get();
    }

    /**
     * Makes a policy.
     *
     * @param name what the user chose
     * @param settings what to weigh
     * @param tiers as {@link #tiers} tells
     * @param movable ranges that may be moved
     * @param costs of moving, as learnt
     * @throws IllegalArgumentException if tiers are wanted and there is only one
     */
    public static PlacementPolicy of(PolicyName name, NumaPolicySettings settings, TierRules tiers,
            List<AddressRange> movable, MoveCosts costs) {
        if (name == PolicyName.TIER && !tiers.canMove()) {
            throw new IllegalArgumentException(
                    "nothing to do for policy tier: all memory of this machine is in one tier");
        }
        if (!name.mindsLoad()) {
            return new NumaPolicy(settings, movable, costs);
        }
        return new AutoPolicy(settings, tiers.canMove() ? tiers : TierRules.none(), movable, costs);
    }
}
