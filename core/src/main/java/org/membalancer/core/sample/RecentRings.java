// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

import java.util.List;

/**
 * Reads the rings of several groups as one, in order of time. Owned by one thread; keeps one access of each ring.
 *
 * <p>An access that came into one ring while another was being looked at waits for the next drain, so that order does not
 * depend on which ring is read first.
 */
public final class RecentRings {
    private final List<Head> heads;
    private long markedNs;

    /** Reads these rings and nobody else does. */
    public RecentRings(List<RecentRing> rings) {
        heads = rings.stream().map(Head::new).toList();
    }

    /** Is handed accesses with the place of their ring in the list. */
    @FunctionalInterface
    public interface Visitor<E extends Exception> {

        /**
         * Looks at one access.
         *
         * @param ring its place in the list
         * @param sample valid during the call only
         * @throws E to end the reading
         */
        void visit(int ring, Sample sample) throws E;
    }

    /**
     * Hands over every access from before the last drain that was not handed over yet.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param visitor gets them by time; one may be a little older than the one before
     * @param <E> what the visitor throws
     */
    public <E extends Exception> void drain(long nowNs, Visitor<E> visitor) throws E {
        long horizonNs = markedNs;
        markedNs = nowNs; // before the marks: what is older is below them
        heads.forEach(Head::mark);
        handOver(horizonNs, visitor);
    }

    /** Hands over every access that there was at the last drain, whatever its time: for the end. */
    public <E extends Exception> void drainRest(Visitor<E> visitor) throws E {
        heads.forEach(Head::mark);
        handOver(Long.MAX_VALUE, visitor);
    }

    /** Accesses that were overwritten before they could be read. */
    public long lost() {
        long lost = 0;
        for (Head head : heads) {
            lost += head.ring.lost();
        }
        return lost;
    }

    private <E extends Exception> void handOver(long horizonNs, Visitor<E> visitor) throws E {
        int oldest = oldest();
        while (oldest >= 0 && heads.get(oldest).ring.current().timeNs() <= horizonNs) {
            heads.get(oldest).isFilled = false;
            visitor.visit(oldest, heads.get(oldest).ring.current());
            oldest = oldest();
        }
    }

    /** The ring whose next access is the oldest, or -1 when none has any. */
    private int oldest() {
        int oldest = -1;
        for (int i = 0; i < heads.size(); i++) {
            if (heads.get(i).fill() && (oldest < 0
                    || heads.get(i).ring.current().timeNs() < heads.get(oldest).ring.current().timeNs())) {
                oldest = i;
            }
        }
        return oldest;
    }

    /** A ring and its next access. */
    private static final class Head {
        private final RecentRing ring;
        private long end;
        private boolean isFilled;

        Head(RecentRing ring) {
            this.ring = ring;
        }

        void mark() {
            end = ring.mark();
        }

        boolean fill() {
            isFilled = isFilled || ring.advance(end);
            return isFilled;
        }
    }
}
