// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * How much memory is how hot, in bins by the logarithm of the heat per page: how hot a page must be to belong to what
 * just fills a tier. After MEMTIS, with finer bins.
 */
final class HeatHistogram {
    private static final int BINS_PER_OCTAVE = 4;
    private static final int LOWEST_EXPONENT = -8;
    private static final int BINS = 32 * BINS_PER_OCTAVE;

    private final long[] bytesInBin = new long[BINS];

    void add(double density, long bytes) {
        bytesInBin[bin(density)] += bytes;
    }

    /** The lowest heat of the hottest bins that fit together; infinite if not even the hottest one does. */
    double hotFrom(long roomBytes) {
        long filledBytes = 0;
        int bin = BINS;
        while (bin > 0 && filledBytes + bytesInBin[bin - 1] <= roomBytes) {
            filledBytes += bytesInBin[--bin];
        }
        return bin == BINS ? Double.POSITIVE_INFINITY : bin == 0 ? 0 : lowest(bin);
    }

    /** Where the bin below a heat begins: what lies between the two is warm, and stays where it is. */
    static double warmFrom(double hotFrom) {
        return hotFrom * Math.pow(2, -1.0 / BINS_PER_OCTAVE);
    }

    private static double lowest(int bin) {
        return Math.pow(2, (double) bin / BINS_PER_OCTAVE + LOWEST_EXPONENT);
    }

    private static int bin(double density) {
        double at = (Math.log(density) / Math.log(2) - LOWEST_EXPONENT) * BINS_PER_OCTAVE;
        return (int) Math.max(0, Math.min(BINS - 1, Math.floor(at + 1e-6)));
    }
}
