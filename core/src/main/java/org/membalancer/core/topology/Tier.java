// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.util.List;

/**
 * Nodes whose memory is about equally fast. Immutable.
 *
 * @param nodeIds ascending, at least one
 */
public record Tier(List<Integer> nodeIds) {

    /** Copies the list. */
    public Tier {
        nodeIds = nodeIds.stream().sorted().toList();
        if (nodeIds.isEmpty()) {
            throw new IllegalArgumentException("a tier needs at least one node");
        }
    }

    /** A tier of these nodes. */
    public static Tier of(Integer... nodeIds) {
        return new Tier(List.of(nodeIds));
    }
}
