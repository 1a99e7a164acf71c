// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.Locale;

/** What the agent does with what it sees. */
enum Mode {
    /** Looks and reports; moves nothing. */
    REPORT,
    /** Moves the heap to the nodes that use it. */
    BALANCE;

    /** As a user writes it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
