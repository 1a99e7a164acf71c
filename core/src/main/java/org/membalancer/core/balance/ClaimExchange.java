// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierClaim;

/**
 * Tells other balancers what a policy would want of the fastest tier, and the policy what they want, every few seconds:
 * each answer makes garbage. Owned by one thread.
 */
public final class ClaimExchange {
    static final long PERIOD_NS = Duration.ofSeconds(5).toNanos();
    /** Rounds are a minute apart at most; who has said nothing for longer than two of them balances no more. */
    static final long FRESH_MS = Duration.ofSeconds(150).toMillis();

    private final ClaimDoor door;
    private boolean hasExchanged;
    private boolean hasClaimed;
    private long exchangedAtNs;

    /** Prepares to talk through a door. */
    public ClaimExchange(ClaimDoor door) {
        this.door = door;
    }

    /**
     * Hears and tells, if it is time to, or there is something to tell for the first time. What is heard counts also
     * where nothing can be told.
     *
     * @throws IOException if the door is closed
     */
    public void exchange(PlacementPolicy policy, long nowNs) throws IOException {
        boolean isNew = policy.claim().isPresent() && !hasClaimed;
        if (hasExchanged && !isNew && nowNs - exchangedAtNs < PERIOD_NS) {
            return;
        }
        hasExchanged = true;
        exchangedAtNs = nowNs;
        Optional<TierClaim> ours = policy.claim();
        policy.othersClaims(door.others().stream().filter(other -> other.ageMs() <= FRESH_MS)
                .map(ClaimDoor.Other::claim).toList());
        if (ours.isPresent()) {
            door.claim(ours.get());
            hasClaimed = true;
        } else {
            takeBack();
        }
    }

    /**
     * Claims nothing any more, if it did; the next exchange is one for the first time.
     *
     * @throws IOException if the door is closed; what was claimed may still stand
     */
    public void takeBack() throws IOException {
        if (hasClaimed) {
            door.claim(new TierClaim(0, 0));
            hasClaimed = false;
        }
    }
}
