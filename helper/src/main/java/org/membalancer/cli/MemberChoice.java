// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the processes that are balanced, where there are more than can be looked at in one round: those with the most
 * samples of late. One that is balanced already stays unless another one has twice as many. Owned by one thread; knows no
 * more processes than there are.
 */
final class MemberChoice {
    /** Each costs a look at the whole table in every round, and a walk of the kernel over its pages every 10 s. */
    static final int MOST = 64;

    private static final double STAYING_FACTOR = 2;

    private final int most;
    private final Map<MemberKey, Seen> seen = new HashMap<>();

    private record Seen(long recorded, double recent) {

        Seen next(long recordedNow) {
            return new Seen(recordedNow, recent / 2 + Math.max(0, recordedNow - recorded));
        }
    }

    /** Chooses at most so many. */
    MemberChoice(int most) {
        this.most = most;
    }

    /**
     * Chooses anew.
     *
     * @param alive all that may be balanced
     * @param balanced those that are
     * @return those that shall be, in the order of their worth
     */
    Map<MemberKey, MemberProcess> choose(Map<MemberKey, MemberProcess> alive, Set<MemberKey> balanced) {
        seen.keySet().retainAll(alive.keySet());
        alive.forEach((key, process) ->
                seen.put(key, seen.getOrDefault(key, new Seen(0, 0)).next(process.recorded())));
        List<MemberKey> byWorth = alive.keySet().stream().sorted(Comparator
                .comparingDouble((MemberKey key) -> seen.get(key).recent * (balanced.contains(key) ? STAYING_FACTOR : 1))
                .thenComparing(balanced::contains).reversed()).toList();
        Map<MemberKey, MemberProcess> chosen = new LinkedHashMap<>();
        byWorth.stream().limit(most).forEach(key -> chosen.put(key, alive.get(key)));
        return chosen;
    }
}
