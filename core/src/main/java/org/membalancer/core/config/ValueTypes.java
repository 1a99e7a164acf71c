// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types that options can have. */
final class ValueTypes {
    private static final Units TIME = Units.ofTime();
    private static final Units BYTES = Units.ofBytes();
    private static final Pattern PERCENT = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?%?");

    private ValueTypes() {
    }

    static ValueType<Duration> duration(Duration min, Duration max) {
        return ranged("duration", min, max, value -> Duration.ofNanos(TIME.parse(value)),
                value -> TIME.format(value.toNanos()));
    }

    static ValueType<Long> bytes(long min, long max) {
        return ranged("bytes", min, max, BYTES::parse, BYTES::format);
    }

    static ValueType<Double> percent(double min, double max) {
        return ranged("percent", min, max, ValueTypes::parsePercent,
                value -> BigDecimal.valueOf(value).stripTrailingZeros().toPlainString() + "%");
    }

    static ValueType<Integer> integer(int min, int max) {
        return ranged("integer", min, max, ValueTypes::parseInteger, String::valueOf);
    }

    static ValueType<Boolean> bool() {
        return new ValueType<>("boolean", "true or false", true, ValueTypes::parseBoolean, String::valueOf);
    }

    static ValueType<String> string() {
        return new ValueType<>("text", "any text", false, value -> value, value -> value);
    }

    static ValueType<Path> path() {
        return new ValueType<>("path", "a path", false, ValueTypes::parsePath, Path::toString);
    }

    static <E extends Enum<E>> ValueType<E> choice(Class<E> names) {
        String range = Arrays.stream(names.getEnumConstants()).map(ValueTypes::nameOf)
                .collect(Collectors.joining(", "));
        return new ValueType<>("choice", range, false, value -> parseChoice(names, value, range), ValueTypes::nameOf);
    }

    private static <T extends Comparable<T>> ValueType<T> ranged(
            String name, T min, T max, Function<String, T> parser, Function<T, String> formatter) {
        String range = formatter.apply(min) + " to " + formatter.apply(max);
        Function<String, T> checked = value -> {
            T parsed = parser.apply(value);
            if (parsed.compareTo(min) < 0 || parsed.compareTo(max) > 0) {
                throw new IllegalArgumentException("'" + value + "' is out of range: " + range);
            }
            return parsed;
        };
        return new ValueType<>(name, range, false, checked, formatter);
    }

    private static Double parsePercent(String value) {
        if (!PERCENT.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a percentage such as 10% or 0.5%");
        }
        return Double.valueOf(value.endsWith("%") ? value.substring(0, value.length() - 1) : value);
    }

    private static Integer parseInteger(String value) {
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + value + "' is not a whole number", e);
        }
    }

    private static Boolean parseBoolean(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + value + "' is neither true nor false");
        };
    }

    private static Path parsePath(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + value + "' is not a path: " + e.getReason(), e);
        }
    }

    private static <E extends Enum<E>> E parseChoice(Class<E> names, String value, String range) {
        return Arrays.stream(names.getEnumConstants()).filter(name -> nameOf(name).equals(value)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + value + "' is not one of " + range));
    }

    private static String nameOf(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
