// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The words of a command line: {@code --name value}, {@code --name=value} and flags. Each reader method checks one
 * value and names option, value and limit when it is wrong. One thread owns it.
 */
final class Arguments {
    private static final long MAX_BYTES = 1L << 46;

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> given = new HashSet<>();

    private Arguments() {
    }

    /**
     * Splits the words.
     *
     * @param args the command line
     * @param valued names of the options that take a value, without dashes
     * @param flags names of those that take none
     * @throws UsageException for a name in neither set, or a value that is missing or not wanted
     */
    static Arguments parse(String[] args, Set<String> valued, Set<String> flags) throws UsageException {
        Arguments arguments = new Arguments();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                throw new UsageException("unexpected argument " + args[i]);
            }
            String[] parts = args[i].substring(2).split("=", 2);
            if (flags.contains(parts[0]) && parts.length == 1) {
                arguments.given.add(parts[0]);
            } else if (flags.contains(parts[0])) {
                throw new UsageException("option --" + parts[0] + " takes no value");
            } else if (!valued.contains(parts[0])) {
                throw new UsageException("unknown option --" + parts[0]);
            } else if (parts.length == 2) {
                arguments.values.put(parts[0], parts[1]);
            } else if (i + 1 < args.length) {
                arguments.values.put(parts[0], args[++i]);
            } else {
                throw new UsageException("option --" + parts[0] + " needs a value");
            }
        }
        return arguments;
    }

    boolean has(String name) {
        return given.contains(name) || values.containsKey(name);
    }

    /** The text of an option that must be there. */
    String text(String name) throws UsageException {
        if (!values.containsKey(name)) {
            throw new UsageException("option --" + name + " is missing");
        }
        return values.get(name);
    }

    String text(String name, String fallback) {
        return values.getOrDefault(name, fallback);
    }

    long bytes(String name, long fallback) throws UsageException {
        String text = values.get(name);
        if (text == null) {
            return fallback;
        }
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        int shift = switch (text.substring(digits)) {
            case "" -> 0;
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> -1;
        };
        if (digits == 0 || digits > 14 || shift < 0) {
            throw mustBe(name, "bytes, as in 256MiB");
        }
        long value = Long.parseLong(text.substring(0, digits));
        if (value > MAX_BYTES >> shift) {
            throw mustBe(name, "at most " + (MAX_BYTES >> 30) + "GiB");
        }
        return value << shift;
    }

    int count(String name, int low, int high, int fallback) throws UsageException {
        return (int) real(name, low, high, fallback, "a whole number, " + low + " to " + high, true);
    }

    double real(String name, double low, double high, double fallback) throws UsageException {
        return real(name, low, high, fallback, low + " to " + high, false);
    }

    /** An address range {@code 0xA-0xB} that must be there. */
    AddressRange range(String name) throws UsageException {
        String text = text(name);
        if (!text.matches("0x[0-9a-fA-F]{1,15}-0x[0-9a-fA-F]{1,15}")) {
            throw mustBe(name, "a range of addresses, as in 0x7f0000000000-0x7f0010000000");
        }
        String[] ends = text.split("-");
        AddressRange range = new AddressRange(Long.parseLong(ends[0].substring(2), 16),
                Long.parseLong(ends[1].substring(2), 16));
        if (range.bytes() <= 0) {
            throw mustBe(name, "a range whose end lies behind its start");
        }
        return range;
    }

    private double real(String name, double low, double high, double fallback, String must, boolean whole)
            throws UsageException {
        String text = values.get(name);
        if (text == null) {
            return fallback;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= low && value <= high && (!whole || value == Math.rint(value))) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw mustBe(name, must);
        }
        throw mustBe(name, must);
    }

    private UsageException mustBe(String name, String must) {
        return new UsageException("--" + name + " must be " + must + ": --" + name + "=" + values.get(name));
    }
}
