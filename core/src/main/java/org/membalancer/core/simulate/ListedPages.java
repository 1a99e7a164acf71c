// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** Some pages, all accessed alike. */
final class ListedPages implements PageSet {
    private final int[] pages;

    ListedPages(int[] pages) {
        this.pages = pages.clone();
    }

    @Override
    public int draw(SplitMix random) {
        return pages[random.nextInt(pages.length)];
    }

    @Override
    public void addTo(double[] ratesByPage, double accessesPerSecond) {
        for (int page : pages) {
            ratesByPage[page] += accessesPerSecond / pages.length;
        }
    }
}
