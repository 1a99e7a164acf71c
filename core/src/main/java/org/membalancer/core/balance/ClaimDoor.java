// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.util.List;

import org.membalancer.core.policy.TierClaim;

/** Where balancers of one machine tell each other what they would want of its fastest tier: the helper. */
public interface ClaimDoor {

    /**
     * Says what this balancer would want.
     *
     * @throws IOException if there is nobody to tell
     */
    void claim(TierClaim ours) throws IOException;

    /**
     * Hears what the others would want.
     *
     * @return claims that are above 0
     * @throws IOException if there is nobody to ask
     */
    List<Other> others() throws IOException;

    /**
     * Another balancer's claim.
     *
     * @param claim what it would want
     * @param ageMs since it said so
     */
    record Other(TierClaim claim, long ageMs) {
    }
}
