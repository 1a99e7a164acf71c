// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.topology.Tier;

/**
 * What may happen to the pages of one tier. Immutable.
 *
 * @param name for people
 * @param tier its nodes
 * @param capPercent of each node's memory that pages may fill, the rest is headroom; above 0, up to 100
 * @param promote where hot pages go
 * @param demote where cold pages go
 */
public record TierRule(String name, Tier tier, double capPercent, Way promote, Way demote) {
    /** Headroom that a tier keeps where nobody says otherwise: new pages find room, and nobody stalls for it. */
    public static final double DEFAULT_CAP_PERCENT = 98;

    /**
     * A way out of a tier.
     *
     * @param percent of the tier's pages that were looked at, the hottest or coldest, that may take it in one round;
     *     0: none
     * @param toTier position of the tier to go to, from 0, the fastest
     * @param capBytes most that may take it in one round; 0: no limit
     */
    public record Way(double percent, int toTier, long capBytes) {
        /** No page leaves this way. */
        public static final Way NONE = new Way(0, 0, 0);

        /** Checks the limits. */
        public Way {
            if (!(percent >= 0 && percent <= 100)) {
                throw new IllegalArgumentException("percent must be 0..100: percent=" + percent);
            }
            if (toTier < 0 || capBytes < 0) {
                throw new IllegalArgumentException(
                        "toTier and capBytes must be 0 or more: toTier=" + toTier + " capBytes=" + capBytes);
            }
        }

        /** Every page may go there. */
        public static Way all(int toTier) {
            return new Way(100, toTier, 0);
        }

        /** Whether any page may. */
        public boolean isOpen() {
            return percent > 0;
        }

        /** The limit of one round in bytes. */
        public long mostBytes() {
            return capBytes == 0 ? Long.MAX_VALUE : capBytes;
        }
    }

    /** Checks the limits. */
    public TierRule {
        if (!(capPercent > 0 && capPercent <= 100)) {
            throw new IllegalArgumentException("cap must be above 0 and at most 100 %: cap=" + capPercent);
        }
    }
}
