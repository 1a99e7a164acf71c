// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.List;
import org.membalancer.core.balance.ClaimDoor;
import org.membalancer.core.policy.TierClaim;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;

/**
 * What balancers claim of the fastest tier, as the helper keeps it for them.
 *
 * @param connection through which the group was opened
 * @param groupId of the process that is balanced
 */
record HelperClaims(HelperConnection connection, long groupId) implements ClaimDoor {

    @Override
    public void claim(TierClaim ours) throws HelperException {
        connection.claim(groupId, ours.bytes(), ours.accessesPerSecond());
    }

    @Override
    public List<Other> others() throws HelperException {
        return connection.groups().stream()
                .filter(group -> group.groupId() != groupId && group.claimBytes() > 0)
                .map(group -> new Other(new TierClaim(group.claimBytes(), group.claimRate()), group.claimAgeMs()))
                .toList();
    }
}
