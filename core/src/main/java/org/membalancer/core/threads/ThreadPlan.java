// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which threads to move, and why the others stay. Immutable.
 *
 * @param moves most valuable first
 * @param stays threads that stay, by reason and tid
 */
public record ThreadPlan(List<ThreadMove> moves, Map<Integer, ThreadStay> stays) {

    /** Copies the collections. */
    public ThreadPlan {
        moves = List.copyOf(moves);
        stays = Collections.unmodifiableMap(new java.util.TreeMap<>(stays));
    }

    /** Nothing was looked at. */
    public static ThreadPlan nothing() {
        return new ThreadPlan(List.of(), Map.of());
    }

    /** Threads that stay, counted by reason; a reason without any is left out. */
    public Map<ThreadStay, Integer> staysByReason() {
        Map<ThreadStay, Integer> counts = new EnumMap<>(ThreadStay.class);
        stays.values().forEach(reason -> counts.merge(reason, 1, Integer::sum));
        return counts;
    }
}
