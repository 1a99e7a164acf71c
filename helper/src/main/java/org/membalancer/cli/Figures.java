// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers with a unit, for people. */
final class Figures {
    private Figures() {
    }

    /** {@code 15.7 GiB}. */
    static String bytes(long bytes) {
        if (bytes < 1L << 10) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(Locale.ROOT, "%.1f %ciB", bytes / (double) (1L << unit * 10), "KMGTPE".charAt(unit - 1));
    }

    /** {@code 2 h 3 min}, {@code 3 min 5 s}, {@code 5 s}. */
    static String duration(long ns) {
        Duration duration = Duration.ofNanos(ns);
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        return (duration.toMinutes() > 0 ? duration.toMinutes() + " min " : "") + duration.toSecondsPart() + " s";
    }

    /** Thousandths as per cent: {@code 0.4 %}. */
    static String permille(int permille) {
        return permille / 10 + "." + permille % 10 + " %";
    }

    /** {@code 4.7 s}. */
    static String seconds(long ns) {
        return String.format(Locale.ROOT, "%.1f s", ns / 1e9);
    }

    /** {@code 14.2}. */
    static String ratio(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f", part / (double) whole);
    }
}
