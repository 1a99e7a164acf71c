// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What moving memory costs, as the moves themselves show, per pair of nodes and page size. Owned by one thread.
 *
 * <p>A cost is the median of the latest {@value #CALLS} calls, of which the default counts for {@value #PRIOR_CALLS} until
 * so many calls came: a few slow ones, as when another thread had the CPU, do not make a pair of nodes dear, however slow
 * they were. Of the two in the middle the cheaper one counts. A pair that was never seen costs what the latest calls of all
 * others do.
 *
 * <p>Two bounds keep a policy from being taught never to move again, and so never to learn better: a call of few pages
 * teaches nothing, because what it took is the call's own cost or another thread's turn on the CPU, and nothing is ever
 * held to be more than {@value #MAX_TIMES_DEFAULT} times as dear as the default.
 */
public final class LearntMoveCosts implements MoveCosts {
    private static final double UNIT_BYTES = 4096;
    private static final int CALLS = 9;
    private static final int PRIOR_CALLS = 3;
    private static final int MIN_MOVES_PER_CALL = 512;
    private static final int MAX_TIMES_DEFAULT = 4;

    private final Map<Kind, Latest> latest = new HashMap<>();
    private final Map<Long, Latest> latestOfAll = new HashMap<>();

    @Override
    public double nsPer4KiB(int fromNodeId, int toNodeId, long pageBytes) {
        Latest known = latest.get(new Kind(fromNodeId, toNodeId, pageBytes));
        Latest fallback = latestOfAll.get(pageBytes);
        if (known != null) {
            return known.medianNs;
        }
        return fallback != null ? fallback.medianNs : DEFAULT_NS_PER_4KIB;
    }

    /**
     * Learns from moves that were made.
     *
     * @param fromNodeId where the memory lay
     * @param toNodeId where it lies now
     * @param pageBytes of the pages that the kernel moved one by one
     * @param movedBytes bytes that moved; fewer than 2 MiB teach nothing
     * @param elapsedNs of the call that moved them
     */
    public void note(int fromNodeId, int toNodeId, long pageBytes, long movedBytes, long elapsedNs) {
        double moves = movedBytes / UNIT_BYTES;
        if (moves < MIN_MOVES_PER_CALL || elapsedNs < 0) {
            return;
        }
        latest.computeIfAbsent(new Kind(fromNodeId, toNodeId, pageBytes), kind -> new Latest()).add(elapsedNs / moves);
        latestOfAll.computeIfAbsent(pageBytes, bytes -> new Latest()).add(elapsedNs / moves);
    }

    /** What has a cost of its own. */
    private record Kind(int fromNodeId, int toNodeId, long pageBytes) {
    }

    /** The latest calls. */
    private static final class Latest {
        private final double[] calls = new double[CALLS];
        private int count = PRIOR_CALLS;
        private int next = PRIOR_CALLS;
        private double medianNs = DEFAULT_NS_PER_4KIB;

        Latest() {
            Arrays.fill(calls, 0, PRIOR_CALLS, DEFAULT_NS_PER_4KIB);
        }

        void add(double ns) {
            calls[next] = ns;
            next = (next + 1) % CALLS;
            count = Math.min(CALLS, count + 1);
            double[] sorted = Arrays.copyOf(calls, count);
            Arrays.sort(sorted);
            medianNs = Math.min(sorted[(count - 1) / 2], MAX_TIMES_DEFAULT * DEFAULT_NS_PER_4KIB);
        }
    }
}
