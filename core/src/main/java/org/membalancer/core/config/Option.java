// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * One option, declared once: key, type, default, range and text. Immutable; made by the factories, held in constants.
 *
 * @param <T> of its value
 */
public final class Option<T> {
    private final String key;
    private final String text;
    private final T standard;
    private final ValueType<T> type;

    private Option(String key, T standard, ValueType<T> type, String text) {
        this.key = key;
        this.standard = standard;
        this.type = type;
        this.text = text;
    }

    /** A length of time: {@code 500ms}, {@code 1s}, {@code 2m}, {@code 1h}. */
    public static Option<Duration> duration(
            String key, Duration standard, Duration min, Duration max, String text) {
        return new Option<>(key, standard, ValueTypes.duration(min, max), text);
    }

    /** A number of bytes: {@code 4096}, {@code 64KiB}, {@code 64MiB}, {@code 1GiB}. */
    public static Option<Long> bytes(String key, long standard, long min, long max, String text) {
        return new Option<>(key, standard, ValueTypes.bytes(min, max), text);
    }

    /** A share of a hundred: {@code 10%} or {@code 10}, {@code 0.5%}. */
    public static Option<Double> percent(String key, double standard, double min, double max, String text) {
        return new Option<>(key, standard, ValueTypes.percent(min, max), text);
    }

    /** A whole number. */
    public static Option<Integer> integer(String key, int standard, int min, int max, String text) {
        return new Option<>(key, standard, ValueTypes.integer(min, max), text);
    }

    /** {@code true} or {@code false}; the key alone is {@code true}. */
    public static Option<Boolean> bool(String key, boolean standard, String text) {
        return new Option<>(key, standard, ValueTypes.bool(), text);
    }

    /** One of the names of an enum, in lower case with {@code -} for {@code _}. */
    public static <E extends Enum<E>> Option<E> choice(String key, E standard, String text) {
        return new Option<>(key, standard, ValueTypes.choice(standard.getDeclaringClass()), text);
    }

    /** Any text without a comma. */
    public static Option<String> string(String key, String standard, String text) {
        return new Option<>(key, standard, ValueTypes.string(), text);
    }

    /** A file or directory; the empty path where the default is none. */
    public static Option<Path> path(String key, Path standard, String text) {
        return new Option<>(key, standard, ValueTypes.path(), text);
    }

    /** What the user writes before {@code =}. */
    public String key() {
        return key;
    }

    /** What it does, in one sentence. */
    public String text() {
        return text;
    }

    /** The value where the user gives none. */
    public T standard() {
        return standard;
    }

    /** The default as a user would write it. */
    public String standardText() {
        return type.format(standard);
    }

    /** What may be written, for people: {@code 100ms to 1h}. */
    public String range() {
        return type.range();
    }

    /** The type's name, for people: {@code duration}. */
    public String typeName() {
        return type.name();
    }

    /** The value alone of a key without {@code =}, if its type has one. */
    boolean isFlag() {
        return type.isFlag();
    }

    /**
     * Reads a value.
     *
     * @throws ConfigException naming key, value and limit
     */
    public T parse(String value) throws ConfigException {
        try {
            return type.parse(value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("option '" + key + "': " + e.getMessage(), e);
        }
    }
}
