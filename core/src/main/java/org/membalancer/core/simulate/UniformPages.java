// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/**
 * Adjacent pages, all accessed alike; a window that runs over the end of its ring goes on at the ring's start.
 *
 * @param first page of the window
 * @param count of pages, 1 or more
 * @param ringPages after so many pages from 0, the window goes on at 0
 */
record UniformPages(int first, int count, int ringPages) implements PageSet {

    /** A window that does not wrap. */
    static UniformPages of(int first, int count) {
        return new UniformPages(first, count, first + count);
    }

    @Override
    public int draw(SplitMix random) {
        return at(random.nextInt(count));
    }

    @Override
    public void addTo(double[] ratesByPage, double accessesPerSecond) {
        for (int i = 0; i < count; i++) {
            ratesByPage[at(i)] += accessesPerSecond / count;
        }
    }

    private int at(int i) {
        int page = first + i;
        return page >= ringPages ? page - ringPages : page;
    }
}
