// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.function.Consumer;

/** Says what is the matter when it is something else than the last time. Owned by one thread. */
final class LastSaid {
    private final Consumer<String> said;
    private String last = "";

    LastSaid(Consumer<String> said) {
        this.said = said;
    }

    /** Says a line, unless it was the last one. */
    void say(String line) {
        if (!line.equals(last)) {
            last = line;
            said.accept(line);
        }
    }
}
