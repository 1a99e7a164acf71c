// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with a unit behind them, both ways. Exact: no floating point. */
final class Units {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");

    private final String what;
    private final Map<String, Long> factors;

    private Units(String what, Map<String, Long> factors) {
        this.what = what;
        this.factors = factors;
    }

    /** Nanoseconds: ns, us, ms, s, m, h. */
    static Units ofTime() {
        Map<String, Long> factors = new LinkedHashMap<>();
        factors.put("h", 3_600_000_000_000L);
        factors.put("m", 60_000_000_000L);
        factors.put("s", 1_000_000_000L);
        factors.put("ms", 1_000_000L);
        factors.put("us", 1_000L);
        factors.put("ns", 1L);
        return new Units("a duration such as 500ms, 1s or 2m", factors);
    }

    /** Bytes: TiB, GiB, MiB, KiB, B, or nothing. */
    static Units ofBytes() {
        Map<String, Long> factors = new LinkedHashMap<>();
        factors.put("TiB", 1L << 40);
        factors.put("GiB", 1L << 30);
        factors.put("MiB", 1L << 20);
        factors.put("KiB", 1L << 10);
        factors.put("", 1L);
        factors.put("B", 1L);
        return new Units("a number of bytes such as 4096, 64KiB or 1GiB", factors);
    }

    /** Reads a number in the smallest unit. */
    long parse(String value) {
        Matcher parts = NUMBER.matcher(value.strip());
        if (!parts.matches() || !factors.containsKey(parts.group(2))) {
            throw new IllegalArgumentException("'" + value + "' is not " + what);
        }
        try {
            return new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(factors.get(parts.group(2))))
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + value + "' is not a whole number that fits 64 bits", e);
        }
    }

    /** Writes a number with the largest unit that leaves it whole. */
    String format(long value) {
        for (Map.Entry<String, Long> unit : factors.entrySet()) {
            if (value != 0 && value % unit.getValue() == 0) {
                return value / unit.getValue() + unit.getKey();
            }
        }
        return factors.containsKey("s") ? "0s" : "0";
    }
}
