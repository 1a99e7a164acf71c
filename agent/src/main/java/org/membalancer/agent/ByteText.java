// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

/**
 * Writes numbers for people. Stateless. Not by String.format, which loads the locale data of the whole JDK into an
 * application that may not need it.
 */
final class ByteText {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final int TENTHS = 10;
    private static final double PERCENT = 100;

    private ByteText() {
    }

    /** {@code 64 KiB}, {@code 2.5 MiB}, {@code 31.0 GiB}. */
    static String of(long bytes) {
        if (bytes < MIB) {
            return Math.round((double) bytes / KIB) + " KiB";
        }
        return bytes < GIB ? tenths((double) bytes / MIB) + " MiB" : tenths((double) bytes / GIB) + " GiB";
    }

    /** {@code 89 %}. */
    static String percent(double share) {
        return Math.round(PERCENT * share) + " %";
    }

    private static String tenths(double value) {
        long tenths = Math.round(TENTHS * value);
        return tenths / TENTHS + "." + tenths % TENTHS;
    }
}
