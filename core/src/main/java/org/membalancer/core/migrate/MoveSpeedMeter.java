// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures how fast pages move, by pair of nodes and size of page. The time of a call that moved pages of several pairs
 * is shared among them by pages. Owned by one thread.
 */
final class MoveSpeedMeter {
    private static final long HUGE_PAGE_BYTES = 2L << 20;

    private final List<Pair> pairs = new ArrayList<>();
    private final MoveTimes times;
    private Pair last = new Pair(-1, -1);
    private long callPages;

    MoveSpeedMeter(MoveTimes times) {
        this.times = times;
    }

    /** Notes one page that the current call moved; a rider came along because it is part of a huge page. */
    void moved(int fromNodeId, int toNodeId, boolean isRider) {
        if (last.fromNodeId != fromNodeId || last.toNodeId != toNodeId) {
            last = pair(fromNodeId, toNodeId);
        }
        last.callPages++;
        last.callRiders += isRider ? 1 : 0;
        callPages++;
    }

    /** Ends a call that took so long. */
    void called(long elapsedNs, long pageBytes) {
        for (Pair pair : pairs) {
            if (pair.callPages > 0) {
                long ns = Math.max(1, elapsedNs * pair.callPages / callPages);
                times.note(pair.fromNodeId, pair.toNodeId, pair.isCallHuge() ? HUGE_PAGE_BYTES : pageBytes,
                        pair.callPages * pageBytes, ns);
                pair.settle(ns, pageBytes);
            }
        }
        callPages = 0;
    }

    /** What was measured so far, pairs in the order in which they came up. */
    List<MoveSpeed> speeds() {
        List<MoveSpeed> speeds = new ArrayList<>();
        for (Pair pair : pairs) {
            pair.addTo(speeds);
        }
        return List.copyOf(speeds);
    }

    private Pair pair(int fromNodeId, int toNodeId) {
        for (Pair pair : pairs) {
            if (pair.fromNodeId == fromNodeId && pair.toNodeId == toNodeId) {
                return pair;
            }
        }
        Pair pair = new Pair(fromNodeId, toNodeId);
        pairs.add(pair);
        return pair;
    }

    private static final class Pair {
        private final int fromNodeId;
        private final int toNodeId;
        private final long[] bytes = new long[2];
        private final long[] elapsedNs = new long[2];
        private long callPages;
        private long callRiders;

        Pair(int fromNodeId, int toNodeId) {
            this.fromNodeId = fromNodeId;
            this.toNodeId = toNodeId;
        }

        boolean isCallHuge() {
            return 2 * callRiders > callPages;
        }

        void settle(long ns, long pageBytes) {
            int size = isCallHuge() ? 1 : 0;
            bytes[size] += callPages * pageBytes;
            elapsedNs[size] += ns;
            callPages = 0;
            callRiders = 0;
        }

        void addTo(List<MoveSpeed> speeds) {
            for (int size = 0; size < bytes.length; size++) {
                if (bytes[size] > 0) {
                    speeds.add(new MoveSpeed(fromNodeId, toNodeId, size == 1, bytes[size], elapsedNs[size]));
                }
            }
        }
    }
}
