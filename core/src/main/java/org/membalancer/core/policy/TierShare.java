// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;
import java.util.Locale;

import org.membalancer.core.topology.Tier;

/**
 * What this process may have of the fastest tier while others want it too, and what it wants itself. Without claims of
 * others, or where there is enough for all, there is no limit. Owned by one thread.
 */
final class TierShare {
    /** Memory that gets so much of all accesses is worth a place; the rest is what room is left for. */
    private static final double CLAIMED_SHARE = 0.8;
    /** Claims vary a little with the samples: what is over by no more stays. */
    private static final double TOLERANCE = 1.05;
    private static final double SECOND_NS = 1e9;
    private static final int NOTE_STEP_PERCENT = 5;

    private List<TierClaim> others = List.of();
    private TierClaim claim = new TierClaim(0, 0);
    private boolean[] isFast = {};
    private long capacityBytes;
    private long shareBytes = FairShare.UNLIMITED;
    private long oursBytes;
    private boolean isSure;

    /** Takes the claims of others, until new ones come. */
    void others(List<TierClaim> claims) {
        others = List.copyOf(claims);
    }

    /** What this process would want, as the last round saw it. */
    TierClaim claim() {
        return claim;
    }

    /** Begins a round. */
    void begin(Round round, TierRule fastest, HeatUnits units, HeatHistory history) {
        HeatHistogram histogram = new HeatHistogram();
        isFast = round.nodes().maskOf(fastest.tier());
        oursBytes = 0;
        for (int i = 0; i < units.count(); i++) {
            histogram.add(units.density(i), units.bytes(i), units.samples(i));
            oursBytes += isFast[units.place(i)] ? units.bytes(i) : 0;
        }
        oursBytes = Math.max(oursBytes, round.tally().bytesOn(fastest.tier().nodeIds()));
        isSure = round.tally().isWhole();
        claim = new TierClaim(histogram.bytesOfHottest(CLAIMED_SHARE),
                Math.round(CLAIMED_SHARE * history.total() / history.observedNs() * SECOND_NS));
        capacityBytes = capacityBytes(round, fastest);
        shareBytes = others.isEmpty() ? FairShare.UNLIMITED : FairShare.of(claim, others, capacityBytes);
    }

    /** How much of the tier's memory may be this process's. */
    long shareBytes() {
        return shareBytes;
    }

    /** How much more may come to a node; below 0: something must go. */
    long roomBytes(int nodeId) {
        return isFast(nodeId) && shareBytes != FairShare.UNLIMITED ? shareBytes - oursBytes : FairShare.UNLIMITED;
    }

    /** Whether the process has clearly more than its share, as a whole walk over its memory saw. */
    boolean isOver() {
        return isSure && shareBytes != FairShare.UNLIMITED && oursBytes > TOLERANCE * shareBytes;
    }

    /** Notes a planned move. */
    void moved(int fromNodeId, int toNodeId, long bytes) {
        oursBytes += (isFast(toNodeId) ? bytes : 0) - (isFast(fromNodeId) ? bytes : 0);
    }

    /** For people; empty: there is no limit. Changes only when the share does so clearly. */
    String note() {
        if (shareBytes == FairShare.UNLIMITED) {
            return "";
        }
        long steps = Math.round(100.0 * shareBytes / Math.max(1, capacityBytes) / NOTE_STEP_PERCENT);
        return String.format(Locale.ROOT, "others want the fastest tier too: this process keeps to %d %% of it",
                steps * NOTE_STEP_PERCENT);
    }

    private boolean isFast(int nodeId) {
        return nodeId < isFast.length && isFast[nodeId];
    }

    /** What processes can have of a tier together: what is free, and what they have. */
    private static long capacityBytes(Round round, TierRule fastest) {
        Tier tier = fastest.tier();
        double sum = 0;
        for (int nodeId : tier.nodeIds()) {
            if (round.nodes().exists(nodeId)) {
                sum += round.nodes().freeBytes(nodeId) + round.nodes().processBytes(nodeId)
                        - round.nodes().totalBytes(nodeId) * (100 - fastest.capPercent()) / 100;
            }
        }
        return (long) Math.max(0, sum);
    }
}
