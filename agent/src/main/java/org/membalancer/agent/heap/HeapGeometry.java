// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.Optional;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.AddressRange;

/**
 * Where the heap of this JVM may lie. Immutable; all values are fixed for the life of a JVM.
 *
 * @param collector which collector it runs
 * @param reserved the addresses reserved for the heap; empty when they could not be told or the collector's heap is
 *     not one that the agent moves; of a heap with several views, those of the first one
 * @param views at which the heap is mapped; {@link MemoryViews#none()} where it is mapped once
 * @param note for people, one line: why nothing is moved, or how the range was found where that was not the usual
 *     way; empty when there is nothing to say
 */
public record HeapGeometry(Collector collector, Optional<AddressRange> reserved, MemoryViews views, String note) {

    /** One that is mapped once, or not at all. */
    public HeapGeometry(Collector collector, Optional<AddressRange> reserved, String note) {
        this(collector, reserved, MemoryViews.none(), note);
    }

    /** One that was found in the usual way. */
    static HeapGeometry of(Collector collector, AddressRange reserved, MemoryViews views) {
        return new HeapGeometry(collector, Optional.of(reserved), views, "");
    }

    /** Whether there is a range whose pages may be moved. */
    public boolean isMovable() {
        return reserved.isPresent();
    }
}
