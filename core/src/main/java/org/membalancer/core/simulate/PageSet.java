// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** Pages and how often each is accessed, relative to the others. Immutable. */
interface PageSet {

    /** Draws the page of one access. */
    int draw(SplitMix random);

    /** Adds each page's part of so many accesses per second. */
    void addTo(double[] ratesByPage, double accessesPerSecond);
}
