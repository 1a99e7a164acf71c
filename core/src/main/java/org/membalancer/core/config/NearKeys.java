// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a user probably meant. */
final class NearKeys {
    private NearKeys() {
    }

    /** The key with the fewest edits, if they are at most a third of its length plus one. */
    static Optional<String> nearest(String typed, Collection<String> keys) {
        return keys.stream().min(Comparator.comparingInt(key -> edits(typed, key)))
                .filter(key -> edits(typed, key) <= key.length() / 3 + 1);
    }

    /** Insertions, deletions and replacements between two words (Levenshtein). */
    static int edits(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[to.length()];
    }
}
