// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.Arrays;

/** Adjacent pages of which the i-th most popular is accessed in proportion to i^-0.99, in an order that is shuffled. */
final class ZipfPages implements PageSet {
    private static final double EXPONENT = 0.99;

    private final int[] pageOfRank;
    private final double[] cumulated;

    ZipfPages(int first, int count, long seed) {
        pageOfRank = new int[count];
        cumulated = new double[count];
        SplitMix random = new SplitMix(seed);
        double sum = 0;
        for (int rank = 0; rank < count; rank++) {
            int other = random.nextInt(rank + 1);
            pageOfRank[rank] = pageOfRank[other];
            pageOfRank[other] = first + rank;
            sum += Math.pow(rank + 1, -EXPONENT);
            cumulated[rank] = sum;
        }
        for (int rank = 0; rank < count; rank++) {
            cumulated[rank] /= sum;
        }
    }

    @Override
    public int draw(SplitMix random) {
        int at = Arrays.binarySearch(cumulated, random.nextDouble());
        return pageOfRank[Math.min(pageOfRank.length - 1, at < 0 ? -at - 1 : at + 1)];
    }

    @Override
    public void addTo(double[] ratesByPage, double accessesPerSecond) {
        double before = 0;
        for (int rank = 0; rank < pageOfRank.length; rank++) {
            ratesByPage[pageOfRank[rank]] += accessesPerSecond * (cumulated[rank] - before);
            before = cumulated[rank];
        }
    }
}
