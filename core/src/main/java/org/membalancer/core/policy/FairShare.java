// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides a tier among those who want it, by need: in proportion to how often each would use it, and to nobody more than it
 * claims. Stateless: every balancer comes to the same division.
 */
final class FairShare {
    /** There is enough for all. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private FairShare() {
    }

    /**
     * The share of one.
     *
     * @param ours the claim whose share is asked for
     * @param others all other claims
     * @param capacityBytes of the tier
     * @return bytes, or {@link #UNLIMITED}
     */
    static long of(TierClaim ours, List<TierClaim> others, long capacityBytes) {
        List<TierClaim> waiting = new ArrayList<>(others);
        waiting.add(ours);
        double left = capacityBytes;
        while (!waiting.isEmpty()) {
            double bytesPerAccess = left / waiting.stream().mapToDouble(FairShare::need).sum();
            List<TierClaim> content =
                    waiting.stream().filter(claim -> claim.bytes() <= bytesPerAccess * need(claim)).toList();
            if (content.isEmpty()) {
                return waiting.contains(ours) ? (long) (bytesPerAccess * need(ours)) : ours.bytes();
            }
            left -= content.stream().mapToDouble(TierClaim::bytes).sum();
            waiting.removeAll(content);
        }
        return UNLIMITED;
    }

    /** Who claims something uses it a little, however few samples there are. */
    private static double need(TierClaim claim) {
        return Math.max(1, claim.accessesPerSecond());
    }
}
