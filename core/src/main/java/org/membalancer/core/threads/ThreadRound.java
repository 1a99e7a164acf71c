// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One round of threads in numbers. Immutable.
 *
 * @param threads that were sampled
 * @param uses what is known of those that may be moved
 * @param plan what was wanted
 * @param outcomes of the plan's moves: they sum to its size
 * @param samples what it rests on, since the beginning
 */
public record ThreadRound(
        int threads, List<ThreadUse> uses, ThreadPlan plan, Map<ThreadOutcome, Integer> outcomes, ThreadSamples samples) {
    private static final ThreadRound NOTHING =
            new ThreadRound(0, List.of(), ThreadPlan.nothing(), Map.of(), ThreadSamples.none());

    /** Copies the collections and checks that every thread has one outcome. */
    public ThreadRound {
        uses = List.copyOf(uses);
        Map<ThreadOutcome, Integer> copy = new EnumMap<>(ThreadOutcome.class);
        copy.putAll(outcomes);
        outcomes = Collections.unmodifiableMap(copy);
        int sum = outcomes.values().stream().mapToInt(Integer::intValue).sum();
        if (sum != plan.moves().size() || plan.moves().size() + plan.stays().size() != threads) {
            throw new IllegalArgumentException("threads must be moves plus stays, and moves sum up to outcomes: threads="
                    + threads + " moves=" + plan.moves().size() + " stays=" + plan.stays().size() + " outcomes="
                    + outcomes);
        }
    }

    /** Nothing was looked at. */
    public static ThreadRound nothing() {
        return NOTHING;
    }

    /** Threads with this outcome. */
    public int count(ThreadOutcome outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }

    /** All numbers in one line, for a log; what is 0 is left out. */
    public String line() {
        List<String> parts = new ArrayList<>(List.of(threads + " threads, " + plan.moves().size() + " to move"));
        plan.staysByReason().forEach((reason, count) -> parts.add(count + " " + reason.text()));
        plan.moves().forEach(move -> parts.add("thread " + move.tid() + " from node " + move.fromNodeId() + " to "
                + move.toNodeId()));
        outcomes.forEach((outcome, count) -> parts.add(count + " " + outcome.text()));
        if (samples.lost() + samples.withoutNode() > 0) {
            parts.add("of " + (samples.read() + samples.lost()) + " accesses " + samples.lost()
                    + " were overwritten before they were read and " + samples.withoutNode() + " lie on no known node");
        }
        return String.join(", ", parts);
    }
}
