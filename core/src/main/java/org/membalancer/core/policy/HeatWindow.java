// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;

/**
 * Over how long a snapshot's counts were gathered. A table that has been filled for a while holds what a steady stream
 * leaves of it; one that is new holds less, and whoever took it for old would take everything in it for cold. So the
 * pace at which counts grow tells.
 */
final class HeatWindow {
    private static final double NEWEST_SHARE = 0.5;

    private double lastTotal;
    private double perNs;
    private long lastNs;

    /** Takes in a round's snapshot; returns its window in nanoseconds. */
    long note(HeatSnapshot heat) {
        double total = heat.totalAccesses();
        long nowNs = heat.takenAtNs();
        if (lastNs != 0 && nowNs > lastNs) {
            long epochs = (nowNs >>> heat.epochShift()) - (lastNs >>> heat.epochShift());
            double kept = lastTotal * Math.pow(0.5, epochs);
            double now = Math.max(0, total - kept) / (nowNs - lastNs);
            perNs = perNs == 0 ? now : perNs * (1 - NEWEST_SHARE) + now * NEWEST_SHARE;
        }
        boolean isFirst = lastNs == 0;
        lastTotal = total;
        lastNs = nowNs;
        if (isFirst && hasOnlyThisEpoch(heat)) {
            return Math.max(1, nowNs & (1L << heat.epochShift()) - 1);
        }
        boolean isKnown = perNs > 0 && total > 0;
        return isKnown ? (long) Math.min(heat.windowNs(), Math.max(1, total / perNs)) : heat.windowNs();
    }

    /** A table that was filled before this epoch would hold pages that went cold since. */
    private static boolean hasOnlyThisEpoch(HeatSnapshot heat) {
        for (int i = 0; i < heat.pageCount(); i++) {
            if (heat.ageEpochs(i) > 0) {
                return false;
            }
        }
        return true;
    }
}
