// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Processes of a target that cannot be balanced: each is said once, with the reason, and counted. Owned by one thread. */
final class LeftOut {
    private static final int MOST_SAID = 20;

    /** Why one is left out. */
    enum Why {
        SELF("membalancer itself", "it is this membalancer itself"),
        HELPER("membalancer's helper", "it is the helper that samples for us"),
        KERNEL_THREAD("kernel threads", "it is a kernel thread, which has no memory of its own"),
        NOT_PERMITTED("not permitted", "not permitted"),
        ENDED("ended before the start", "it ended before the start"),
        ONE_NODE("bound to one node", "only one node has memory that it may use");

        private final String text;
        private final String detail;

        Why(String text, String detail) {
            this.text = text;
            this.detail = detail;
        }

        /** In a sentence about one of them. */
        String detail() {
            return detail;
        }
    }

    private final Consumer<String> said;
    private final Set<MemberKey> known = new HashSet<>();
    private final Map<Why, Integer> counts = new EnumMap<>(Why.class);

    LeftOut(Consumer<String> said) {
        this.said = said;
    }

    /** Leaves one out that is in no group. */
    void add(int pid, Why why, String detail) {
        int before = count();
        counts.merge(why, 1, Integer::sum);
        if (before < MOST_SAID) {
            said.accept("process " + pid + " is left out: " + detail);
        } else if (before == MOST_SAID) {
            said.accept("more processes are left out; the summary counts them");
        }
    }

    /** Leaves a member of a group out for as long as it is there. */
    void add(MemberKey key, int pid, Why why, String detail) {
        if (known.add(key)) {
            add(pid, why, detail);
        }
    }

    boolean has(MemberKey key) {
        return known.contains(key);
    }

    /** The members that are left out. */
    Set<MemberKey> keys() {
        return known;
    }

    /** Forgets, but for the count, those that are not there any more. */
    void keepOnly(Set<MemberKey> alive) {
        known.retainAll(alive);
    }

    /** How many were left out. */
    int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** All numbers: they add up. */
    String text() {
        return "processes left out " + count() + " = " + counts.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey().text).collect(Collectors.joining(" + "));
    }
}
