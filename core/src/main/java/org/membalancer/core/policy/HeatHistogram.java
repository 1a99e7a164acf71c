// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * How much memory is how hot, in bins by the logarithm of the heat per page: how hot a page must be to belong to what
 * just fills a tier. After MEMTIS, with finer bins and a use for what is warm.
 */
final class HeatHistogram {
    private static final int BINS_PER_OCTAVE = 4;
    private static final int LOWEST_EXPONENT = -8;
    private static final int BINS = 32 * BINS_PER_OCTAVE;
    private static final double ROUNDING = 1e-7;
    private static final double[] EDGES = edges();

    private final long[] bytesInBin = new long[BINS];
    private final double[] samplesInBin = new double[BINS];
    private double samples;

    void add(double density, long bytes, double ofSamples) {
        int bin = bin(density);
        bytesInBin[bin] += bytes;
        samplesInBin[bin] += ofSamples;
        samples += ofSamples;
    }

    /** The hottest memory that gets a share of all samples, 0 to 1. */
    long bytesOfHottest(double share) {
        double wanted = samples * share;
        long bytes = 0;
        for (int bin = BINS - 1; bin >= 0 && wanted > 0; bin--) {
            double part = samplesInBin[bin] <= wanted ? 1 : wanted / samplesInBin[bin];
            bytes += (long) (bytesInBin[bin] * part);
            wanted -= samplesInBin[bin];
        }
        return bytes;
    }

    /**
     * How hot a page must be to have a place in a tier of that size: the lower edge of the hottest bin that does not fit
     * as a whole. The bins above belong into the tier; this one is warm: its pages may fill what is left, but none of
     * them makes way for another. 0 if everything fits.
     */
    double placedFrom(long roomBytes) {
        long filledBytes = 0;
        int bin = BINS;
        while (bin > 0 && filledBytes + bytesInBin[bin - 1] <= roomBytes) {
            filledBytes += bytesInBin[--bin];
        }
        return bin <= 1 ? 0 : lowest(bin - 1);
    }

    private static double lowest(int bin) {
        return Math.pow(2, (double) bin / BINS_PER_OCTAVE + LOWEST_EXPONENT);
    }

    /** Without a logarithm: a plan asks for every unit, of which there may be a million. */
    static int bin(double density) {
        int exponent = Math.getExponent(density);
        double mantissa = Math.scalb(density, -exponent);
        int part = 0;
        while (part < BINS_PER_OCTAVE - 1 && mantissa >= EDGES[part + 1]) {
            part++;
        }
        return Math.max(0, Math.min(BINS - 1, (exponent - LOWEST_EXPONENT) * BINS_PER_OCTAVE + part));
    }

    /** Where the bins of an octave begin, a hair lower, so that what is rounded down to an edge is not below it. */
    private static double[] edges() {
        double[] edges = new double[BINS_PER_OCTAVE];
        for (int part = 0; part < BINS_PER_OCTAVE; part++) {
            edges[part] = Math.pow(2, (double) part / BINS_PER_OCTAVE) * (1 - ROUNDING);
        }
        return edges;
    }
}
