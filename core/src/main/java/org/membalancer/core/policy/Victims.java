// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;

import org.membalancer.core.residency.PlaceWindow;

/**
 * What a tier can do without, coldest first: stretches that no sample ever saw, as a walk over the memory finds them,
 * then sampled units that are colder than the hot set. Good for one round.
 */
final class Victims {
    private final Round round;
    private final HeatHistory history;
    private final HeatUnits units;
    private final boolean[] isOn;
    private final long[] sampled;
    private int sampledCount;
    private int nextSampled;
    private int nextWindow;
    private long address;
    private int bytes;
    private int place;
    private double samples;

    /** Collects what is colder than {@code belowDensity} on the given nodes. */
    Victims(Round round, HeatHistory history, HeatUnits units, TierRule rule, double belowDensity) {
        this.round = round;
        this.history = history;
        this.units = units;
        this.isOn = round.nodes().maskOf(rule.tier());
        int count = 0;
        for (int i = 0; i < units.count(); i++) {
            count += isOn[units.place(i)] && units.density(i) < belowDensity ? 1 : 0;
        }
        this.sampled = new long[count];
        for (int i = 0; i < units.count(); i++) {
            if (isOn[units.place(i)] && units.density(i) < belowDensity) {
                sampled[sampledCount++] = (long) Float.floatToIntBits(units.density(i)) << Integer.SIZE | i;
            }
        }
        sampledCount = Math.min(sampledCount, (int) Math.ceil(sampledCount * rule.demote().percent() / 100));
        Arrays.sort(sampled, 0, sampledCount);
    }

    /** Goes to the next one that is not held; returns whether there is one. */
    boolean next() {
        return nextUnseen() || nextSampled();
    }

    long address() {
        return address;
    }

    int bytes() {
        return bytes;
    }

    int place() {
        return place;
    }

    /** Its decayed samples; 0: it was never seen. */
    double samples() {
        return samples;
    }

    private boolean nextUnseen() {
        PlaceWindow window = round.window();
        int shift = units.shift();
        while (nextWindow < window.count()) {
            int first = nextWindow;
            long unit = window.address(first) >>> shift;
            double sum = 0;
            boolean isWhole = true;
            while (nextWindow < window.count() && window.address(nextWindow) >>> shift == unit) {
                sum += history.samples(window.address(nextWindow) >>> HeatUnits.PAGE_SHIFT);
                isWhole &= window.nodeOf(nextWindow) == window.nodeOf(first);
                nextWindow++;
            }
            boolean isOurs = isWhole && round.nodes().exists(window.nodeOf(first)) && isOn[window.nodeOf(first)];
            if (isOurs && sum == 0 && !isHeld(window.address(first))) {
                address = window.address(first);
                bytes = (int) (window.address(nextWindow - 1) + round.heat().pageBytes() - address);
                place = window.nodeOf(first);
                samples = 0;
                return true;
            }
        }
        return false;
    }

    private boolean nextSampled() {
        while (nextSampled < sampledCount) {
            int i = (int) sampled[nextSampled++];
            if (!isHeld(units.address(i))) {
                address = units.address(i);
                bytes = units.bytes(i);
                place = units.place(i);
                samples = units.samples(i);
                return true;
            }
        }
        return false;
    }

    private boolean isHeld(long pageAddress) {
        return history.isHeld(pageAddress >>> HeatUnits.PAGE_SHIFT, round.nowNs());
    }
}
