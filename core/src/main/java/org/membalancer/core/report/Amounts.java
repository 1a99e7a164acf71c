// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.Locale;

/** Numbers for people, the same in every locale. */
public final class Amounts {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Amounts() {
    }

    /** Bytes with the unit that leaves 1 to 1023: {@code 64 KiB}, {@code 1.5 GiB}. */
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (Math.abs(amount) >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        boolean isWhole = amount == Math.rint(amount);
        return String.format(Locale.ROOT, isWhole ? "%.0f %s" : "%.1f %s", amount, UNITS[unit]);
    }

    /** A share as a percentage with one digit. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", share * 100);
    }
}
