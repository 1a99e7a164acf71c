// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

/** Texts of a file in messages. */
final class Text {
    private Text() {
    }

    /** Everything that is no printable ASCII becomes a question mark, so that a file cannot write to a terminal. */
    static String oneLine(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
