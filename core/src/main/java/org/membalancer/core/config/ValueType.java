// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.util.function.Function;

/**
 * How values of one option are read, written and bounded.
 *
 * @param name of the type, for people
 * @param range what may be written, for people
 * @param isFlag whether a key alone means {@code true}
 * @param parser reads a value; IllegalArgumentException says what is wrong, naming value and limit
 * @param formatter writes a value as a user would
 */
record ValueType<T>(
        String name, String range, boolean isFlag, Function<String, T> parser, Function<T, String> formatter) {

    T parse(String value) {
        return parser.apply(value);
    }

    String format(T value) {
        return formatter.apply(value);
    }
}
