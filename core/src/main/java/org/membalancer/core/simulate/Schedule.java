// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/**
 * Where each page lies in each phase, and what that costs. Immutable.
 *
 * @param places node ids by phase and page
 * @param pages on each node, by phase and node id
 * @param flows accesses per second by phase, the CPU's node and the memory's node
 * @param moveNs thread time of moves
 * @param costNs thread time of accesses and moves
 */
record Schedule(byte[][] places, long[][] pages, double[][][] flows, double moveNs, double costNs) {

    int place(int phase, int page) {
        return places[phase][page];
    }

    /** The most pages that ever lie on a node. */
    long mostPages(int nodeId) {
        long most = 0;
        for (long[] ofPhase : pages) {
            most = Math.max(most, ofPhase[nodeId]);
        }
        return most;
    }
}
