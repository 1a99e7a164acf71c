// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The policies for memory that users can choose. */
public enum Policies {
    /** Nodes, tiers where there are any, and load. */
    AUTO("memory to those who use it, hot memory to the fastest tier, load off slow controllers"),
    /** Nodes and load only. */
    NUMA("memory to those who use it, load off slow controllers; no tiers"),
    /** Tiers that the user names. */
    TIER("hot memory to the fastest tier and cold memory down, as --tiers says");

    private final String text;

    Policies(String text) {
        this.text = text;
    }

    /** The policy of that name. */
    public static Optional<Policies> named(String name) {
        return Stream.of(values()).filter(policy -> policy.title().equals(name)).findFirst();
    }

    /** Its name, as users write it. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it does, in half a line. */
    public String text() {
        return text;
    }

    /**
     * Makes one.
     *
     * @param settings what to weigh
     * @param tiers that were named or detected; {@link #NUMA} does without
     * @param movable ranges that may be moved; nothing outside is
     * @param costs of moving
     * @throws IllegalArgumentException if this one needs tiers and there is only one
     */
    public PlacementPolicy make(
            NumaPolicySettings settings, TierRules tiers, List<AddressRange> movable, MoveCosts costs) {
        if (this == TIER && !tiers.canMove()) {
            throw new IllegalArgumentException("the policy tier needs at least two tiers: there are "
                    + tiers.tiers().size());
        }
        boolean hasTiers = this != NUMA && tiers.canMove();
        return new AutoPolicy(settings, hasTiers ? tiers : TierRules.none(), movable, costs);
    }
}
