// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * What one balancer would want of the fastest tier, for others to see. Immutable.
 *
 * @param bytes of memory that is hot enough for it, 0 or more
 * @param accessesPerSecond to that memory, as far as samples tell, 0 or more; all balancers of a machine count alike
 */
public record TierClaim(long bytes, long accessesPerSecond) {

    /** Checks the limits. */
    public TierClaim {
        if (bytes < 0 || accessesPerSecond < 0) {
            throw new IllegalArgumentException("bytes and accessesPerSecond must be 0 or more: bytes=" + bytes
                    + " accessesPerSecond=" + accessesPerSecond);
        }
    }
}
