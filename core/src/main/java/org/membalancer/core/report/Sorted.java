// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Immutable maps that keep node ids in order. */
final class Sorted {
    private Sorted() {
    }

    static <V> Map<Integer, V> copyOf(Map<Integer, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
