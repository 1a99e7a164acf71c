// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierClaim;

/**
 * What several processes of one balancer want of the fastest tier: each hears of the others and of other balancers, which
 * hear the sum. Owned by one thread.
 */
public final class ClaimBoard {
    private final Optional<ClaimDoor> door;
    private final Map<Integer, TierClaim> claims = new HashMap<>();
    private List<TierClaim> elsewhere = List.of();
    private boolean hasExchanged;
    private boolean hasClaimed;
    private long exchangedAtNs;

    /**
     * Prepares to listen.
     *
     * @param door to other balancers; empty: they are not told, as in a dry run
     */
    public ClaimBoard(Optional<ClaimDoor> door) {
        this.door = door;
    }

    /** Tells the policy of one process what all others want, and notes what it wants itself. */
    public void exchange(int pid, PlacementPolicy policy) {
        policy.claim().ifPresentOrElse(claim -> claims.put(pid, claim), () -> claims.remove(pid));
        List<TierClaim> others = new ArrayList<>(elsewhere);
        claims.forEach((other, claim) -> {
            if (other != pid && claim.bytes() > 0) {
                others.add(claim);
            }
        });
        policy.othersClaims(others);
    }

    /** Forgets a process that ended. */
    public void leave(int pid) {
        claims.remove(pid);
    }

    /**
     * Talks to other balancers, if it is time to, or there is something to tell for the first time. Their claims hold on
     * until new ones come. Listens first: what is heard counts also where nothing can be told.
     *
     * @throws IOException if the door is closed
     */
    public void exchange(long nowNs) throws IOException {
        boolean isNew = !claims.isEmpty() && !hasClaimed;
        if (door.isEmpty() || hasExchanged && !isNew && nowNs - exchangedAtNs < ClaimExchange.PERIOD_NS) {
            return;
        }
        hasExchanged = true;
        exchangedAtNs = nowNs;
        elsewhere = door.get().others().stream().filter(other -> other.ageMs() <= ClaimExchange.FRESH_MS)
                .map(ClaimDoor.Other::claim).toList();
        if (!claims.isEmpty() || hasClaimed) {
            door.get().claim(sum());
            hasClaimed = !claims.isEmpty();
        }
    }

    private TierClaim sum() {
        long bytes = 0;
        long accessesPerSecond = 0;
        for (TierClaim claim : claims.values()) {
            bytes += claim.bytes();
            accessesPerSecond += claim.accessesPerSecond();
        }
        return new TierClaim(bytes, accessesPerSecond);
    }
}
