// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.membalancer.core.policy.TierClaim;

/**
 * What balancers claim of the fastest tier, as the helper keeps it for them: one claim for each of its groups. Of a
 * balancer's groups the first one that has not ended claims for all. Owned by one thread.
 */
public final class HelperClaims implements ClaimDoor {
    private static final TierClaim NOTHING = new TierClaim(0, 0);

    private final Set<Long> ours;
    private final List<Long> there;
    private final Claimer claimer;
    private final Lister lister;

    /**
     * Prepares to talk.
     *
     * @param ours groups of the processes that are balanced
     * @param claimer says what a group claims
     * @param lister tells what all groups claim
     */
    public HelperClaims(List<Long> ours, Claimer claimer, Lister lister) {
        this.ours = Set.copyOf(ours);
        this.there = new ArrayList<>(ours);
        this.claimer = claimer;
        this.lister = lister;
    }

    /** Says what a group claims. */
    @FunctionalInterface
    public interface Claimer {

        /**
         * Replaces the group's claim.
         *
         * @return whether the group is there; the claim of one that ended went with it
         * @throws IOException if there is nobody to tell
         */
        boolean claim(long groupId, long claimBytes, long claimRate) throws IOException;
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
    public void claim(TierClaim claim) throws IOException {
        boolean isTold = false;
        for (long groupId : List.copyOf(there)) {
            TierClaim its = isTold ? NOTHING : claim; // what another one claimed while it came first
            if (claimer.claim(groupId, its.bytes(), its.accessesPerSecond())) {
                isTold = true;
            } else {
                there.remove(groupId);
            }
        }
        if (!isTold && claim.bytes() > 0) {
            throw new IOException("the groups that could claim have ended");
        }
    }

    /** {@inheritDoc} Passes over numbers of 2^63 and more, which a helper that does not check them would tell. */
    @Override
    public List<Other> others() throws IOException {
        List<Other> others = new ArrayList<>();
        lister.eachClaim((id, bytes, rate, ageMs) -> {
            if (!ours.contains(id) && bytes > 0 && rate >= 0) {
                others.add(new Other(new TierClaim(bytes, rate), ageMs));
            }
        });
        return List.copyOf(others);
    }
}
