// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/**
 * What a run has cost, in nanoseconds of thread time. Immutable.
 *
 * @param accesses to memory
 * @param accessNs that they waited
 * @param moveNs of moving pages
 * @param faultNs of page faults that the policy provoked
 * @param movedPages moves: a page that moved twice counts twice
 * @param refusedPages that did not fit where a policy wanted them
 */
public record Cost(
        double accesses, double accessNs, double moveNs, double faultNs, long movedPages, long refusedPages) {

    /** Mean latency of an access, the time of moves and faults shared out to all of them. */
    public double meanLatencyNs() {
        return (accessNs + moveNs + faultNs) / accesses;
    }

    /** Bytes of all moves. */
    public long movedBytes() {
        return movedPages * Machine.PAGE_BYTES;
    }
}
