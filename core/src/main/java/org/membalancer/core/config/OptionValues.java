// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.util.Map;

/** What a user set, and the defaults for the rest. Immutable. */
public final class OptionValues {
    private final Map<Option<?>, Object> values;

    OptionValues(Map<Option<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** The value of an option: the user's, or the default. */
    @SuppressWarnings("unchecked") // OptionSet puts only what the option's own parse returned
    public <T> T value(Option<T> option) {
        return (T) values.getOrDefault(option, option.standard());
    }

    /** Whether the user set it. */
    public boolean isSet(Option<?> option) {
        return values.containsKey(option);
    }
}
