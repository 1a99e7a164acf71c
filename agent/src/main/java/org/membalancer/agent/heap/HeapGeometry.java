// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.Optional;
import org.membalancer.core.policy.AddressRange;

/**
 * Where the heap of this JVM may lie. Immutable; both values are fixed for the life of a JVM.
 *
 * @param collector which collector it runs
 * @param reserved the addresses reserved for the heap; empty when they could not be told or the collector's heap is
 *     not one that the agent moves
 * @param note for people, one line: why nothing is moved, or how the range was found where that was not the usual
 *     way; empty when there is nothing to say
 */
public record HeapGeometry(Collector collector, Optional<AddressRange> reserved, String note) {

    /** Whether there is a range whose pages may be moved. */
    public boolean isMovable() {
        return reserved.isPresent();
    }
}
