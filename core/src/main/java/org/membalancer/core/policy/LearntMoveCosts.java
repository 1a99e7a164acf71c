// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.HashMap;
import java.util.Map;

/**
 * What moving memory costs, as the moves themselves show, per pair of nodes and page size. Owned by one thread.
 *
 * <p>Costs are averages of which half is forgotten with every {@value #HALF_LIFE_MOVES} moves of 4 KiB, on top of the
 * default, which counts for {@value #PRIOR_MOVES} of them: a single slow call does not make a pair of nodes dear. A pair
 * that was never seen costs what the average of all others does.
 *
 * <p>Two bounds keep a policy from being taught never to move again, and so never to learn better: a call of few pages
 * teaches nothing, because what it took is the call's own cost or another thread's turn on the CPU, and nothing is ever
 * held to be more than {@value #MAX_TIMES_DEFAULT} times as dear as the default.
 */
public final class LearntMoveCosts implements MoveCosts {
    private static final double UNIT_BYTES = 4096;
    private static final int PRIOR_MOVES = 256;
    private static final int HALF_LIFE_MOVES = 65_536;
    private static final int MIN_MOVES_PER_CALL = 512;
    private static final int MAX_TIMES_DEFAULT = 4;

    private final Map<Kind, Average> averages = new HashMap<>();
    private final Map<Long, Average> all = new HashMap<>();

    @Override
    public double nsPer4KiB(int fromNodeId, int toNodeId, long pageBytes) {
        Average known = averages.get(new Kind(fromNodeId, toNodeId, pageBytes));
        Average fallback = all.get(pageBytes);
        if (known != null) {
            return known.ns();
        }
        return fallback != null ? fallback.ns() : DEFAULT_NS_PER_4KIB;
    }

    /**
     * Learns from moves that were made.
     *
     * @param fromNodeId where the memory lay
     * @param toNodeId where it lies now
     * @param pageBytes of the pages that the kernel moved one by one
     * @param movedBytes bytes that moved; fewer than 2 MiB teach nothing
     * @param elapsedNs of the calls that moved them
     */
    public void note(int fromNodeId, int toNodeId, long pageBytes, long movedBytes, long elapsedNs) {
        double moves = movedBytes / UNIT_BYTES;
        if (moves < MIN_MOVES_PER_CALL || elapsedNs < 0) {
            return;
        }
        averages.computeIfAbsent(new Kind(fromNodeId, toNodeId, pageBytes), kind -> new Average())
                .add(moves, elapsedNs);
        all.computeIfAbsent(pageBytes, bytes -> new Average()).add(moves, elapsedNs);
    }

    /** What has a cost of its own. */
    private record Kind(int fromNodeId, int toNodeId, long pageBytes) {
    }

    /** A mean that forgets. */
    private static final class Average {
        private double moves = PRIOR_MOVES;
        private double sumNs = PRIOR_MOVES * DEFAULT_NS_PER_4KIB;

        void add(double newMoves, double newNs) {
            double kept = Math.pow(0.5, newMoves / HALF_LIFE_MOVES);
            moves = moves * kept + newMoves;
            sumNs = sumNs * kept + newNs;
        }

        double ns() {
            return Math.min(sumNs / moves, MAX_TIMES_DEFAULT * DEFAULT_NS_PER_4KIB);
        }
    }
}
