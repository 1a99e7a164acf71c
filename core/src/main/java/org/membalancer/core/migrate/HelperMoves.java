// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.List;
import java.util.Map;

import org.membalancer.core.policy.AddressRange;

/** The door to the helper's moves. Implemented over the jni room and by fakes. */
@FunctionalInterface
public interface HelperMoves {
    /** The most ranges of one request. */
    int MAX_RANGES = 256;
    /** The most pages of one request: larger ones are no faster. */
    int MAX_PAGES = 16_384;

    /**
     * Has pages of a process moved.
     *
     * @param pid the process; 0 for the caller's own
     * @param nodeId where to
     * @param ranges page-aligned, 1 to {@link #MAX_RANGES}, {@link #MAX_PAGES} pages together
     * @return what the helper says
     */
    Answer move(int pid, int nodeId, List<AddressRange> ranges);

    /**
     * What became of a request.
     *
     * @param errno why nothing was moved; 0: it was tried
     * @param why the same for people, one line; empty: it was tried
     * @param pagesByErrno pages that are not on the node, by why
     */
    record Answer(int errno, String why, Map<Integer, Integer> pagesByErrno) {

        /** Copies the counts. */
        public Answer {
            pagesByErrno = Map.copyOf(pagesByErrno);
        }

        /** Of a request that was carried out. */
        public static Answer tried(Map<Integer, Integer> pagesByErrno) {
            return new Answer(0, "", pagesByErrno);
        }

        /** Of a request that was not carried out. */
        public static Answer failed(int errno, String why) {
            return new Answer(errno, why, Map.of());
        }
    }
}
