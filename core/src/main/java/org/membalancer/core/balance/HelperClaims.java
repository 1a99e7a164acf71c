// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.membalancer.core.policy.TierClaim;

/**
 * What balancers claim of the fastest tier, as the helper keeps it for them: one claim for each of its groups.
 *
 * @param groupId of the process that is balanced
 * @param claimer says what a group claims
 * @param lister tells what all groups claim
 */
public record HelperClaims(long groupId, Claimer claimer, Lister lister) implements ClaimDoor {

    /** Says what a group claims. */
    @FunctionalInterface
    public interface Claimer {

        /**
         * Replaces the group's claim.
         *
         * @throws IOException if there is nobody to tell
         */
        void claim(long groupId, long claimBytes, long claimRate) throws IOException;
    }

    /** Tells what all groups claim. */
    @FunctionalInterface
    public interface Lister {

        /**
         * Calls the visitor once for each group.
         *
         * @throws IOException if there is nobody to ask
         */
        void eachClaim(Visitor visitor) throws IOException;
    }

    /** Hears of the groups one by one. */
    @FunctionalInterface
    public interface Visitor {

        /** Takes one group's claim; numbers as they came. */
        void claim(long groupId, long claimBytes, long claimRate, long claimAgeMs);
    }

    @Override
    public void claim(TierClaim ours) throws IOException {
        claimer.claim(groupId, ours.bytes(), ours.accessesPerSecond());
    }

    /** {@inheritDoc} Passes over numbers of 2^63 and more, which a helper that does not check them would tell. */
    @Override
    public List<Other> others() throws IOException {
        List<Other> others = new ArrayList<>();
        lister.eachClaim((id, bytes, rate, ageMs) -> {
            if (id != groupId && bytes > 0 && rate >= 0) {
                others.add(new Other(new TierClaim(bytes, rate), ageMs));
            }
        });
        return List.copyOf(others);
    }
}
