// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.Arrays;

/** Pages that were sampled so and so often. */
final class CountedPages implements PageSet {
    private final int[] pages;
    private final long[] cumulated;

    /** Pages with their counts, each above 0; at least one. */
    CountedPages(int[] pages, long[] counts) {
        this.pages = pages.clone();
        this.cumulated = new long[pages.length];
        long sum = 0;
        for (int i = 0; i < pages.length; i++) {
            sum += counts[i];
            cumulated[i] = sum;
        }
    }

    @Override
    public int draw(SplitMix random) {
        long at = (long) (random.nextDouble() * cumulated[cumulated.length - 1]);
        int found = Arrays.binarySearch(cumulated, at);
        return pages[found < 0 ? -found - 1 : found + 1];
    }

    @Override
    public void addTo(double[] ratesByPage, double accessesPerSecond) {
        double perSample = accessesPerSecond / cumulated[cumulated.length - 1];
        long before = 0;
        for (int i = 0; i < pages.length; i++) {
            ratesByPage[pages[i]] += perSample * (cumulated[i] - before);
            before = cumulated[i];
        }
    }
}
