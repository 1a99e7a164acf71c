// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Samples of the processes of a target that were seen and are not balanced, in a group where they are not or at all: no
 * news for those that are. Owned by one thread.
 */
final class PassedOver {
    private final ToLongFunction<MemberKey> recordedOf;
    private final Map<MemberKey, Long> recorded = new HashMap<>();

    /**
     * Begins without any.
     *
     * @param recordedOf samples of a process so far; 0 when it has ended
     */
    PassedOver(ToLongFunction<MemberKey> recordedOf) {
        this.recordedOf = recordedOf;
    }

    /** Takes these for the ones that are passed over from now on. */
    void become(Set<MemberKey> now) {
        recorded.keySet().retainAll(now);
        now.forEach(key -> recorded.putIfAbsent(key, 0L));
    }

    /** Their samples so far; those of one that ended as they were seen last. */
    long recorded() {
        recorded.replaceAll((key, before) -> Math.max(before, recordedOf.applyAsLong(key)));
        return recorded.values().stream().mapToLong(Long::longValue).sum();
    }
}
