// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.util.Locale;

/**
 * One line of the summary: what was measured and how it stands to its bound. Immutable.
 *
 * @param name of the figure
 * @param value as people read it
 * @param interval the 95 % confidence interval and the pairs it comes from; empty for a count
 * @param bound what it must be; empty where none was set
 * @param verdict kept or missed; empty without a bound
 */
record Figure(String name, String value, String interval, String bound, String verdict) {
    static final String KEPT = "kept";
    static final String MISSED = "missed";

    /** A ratio without a bound. */
    static Figure of(String name, PairedRatio ratio) {
        return new Figure(name, number(ratio.ratio()), interval(ratio), "", "");
    }

    /** A ratio that must not be above {@code limit}. */
    static Figure atMost(String name, PairedRatio ratio, double limit) {
        return new Figure(name, number(ratio.ratio()), interval(ratio), "<= " + number(limit),
                verdict(ratio.ratio() <= limit, ratio.low() <= limit && limit < ratio.high()));
    }

    /** A ratio that must not be below {@code limit}. */
    static Figure atLeast(String name, PairedRatio ratio, double limit) {
        return new Figure(name, number(ratio.ratio()), interval(ratio), ">= " + number(limit),
                verdict(ratio.ratio() >= limit, ratio.low() < limit && limit <= ratio.high()));
    }

    /** A count that must not be above {@code limit}. */
    static Figure countAtMost(String name, long count, long limit) {
        return new Figure(name, Long.toString(count), "", "<= " + limit, verdict(count <= limit, false));
    }

    /** A ratio that is computed, not measured, and must not be above {@code limit}. */
    static Figure exactAtMost(String name, double ratio, double limit) {
        return new Figure(name, number(ratio), "", "<= " + number(limit), verdict(ratio <= limit, false));
    }

    /** A share that only explains others. */
    static Figure share(String name, double share) {
        return new Figure(name, number(share), "", "", "");
    }

    boolean isMissed() {
        return verdict.startsWith(MISSED);
    }

    @Override
    public String toString() {
        return name + ": " + String.join(" ", value, interval, bound, verdict).strip();
    }

    private static String verdict(boolean kept, boolean open) {
        return (kept ? KEPT : MISSED) + (open ? ", but the interval includes the bound" : "");
    }

    private static String interval(PairedRatio ratio) {
        return number(ratio.low()) + " to " + number(ratio.high()) + " (" + ratio.pairs() + " pairs)";
    }

    /** Three digits, and four near 1, where slowdowns are. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : value >= 0.9 && value < 1.1 ? "%.4f" : "%.3f", value);
    }
}
