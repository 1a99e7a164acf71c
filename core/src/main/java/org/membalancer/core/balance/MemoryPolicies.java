// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.AutoPolicy;
import org.membalancer.core.policy.MoveCosts;
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
     * The tiers of a machine, fastest first, as the kernel, the firmware or distances tell.
     *
     * @param sysfsRoot {@code /sys}
     * @throws IOException naming a file that could not be read or understood
     */
    public static TierRules found(Path sysfsRoot, Topology topology) throws IOException {
        return TierRules.of(SysfsTiers.detect(sysfsRoot, topology).tiers());
    }

    /**
     * Makes a policy.
     *
     * @param name what the user chose
     * @param settings what to weigh
     * @param tiers named by the user, or {@link #found}
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
        boolean hasTiers = tiers.canMove() && (name == PolicyName.TIER || name == PolicyName.AUTO);
        return new AutoPolicy(settings, hasTiers ? tiers : TierRules.none(), movable, costs);
    }
}
