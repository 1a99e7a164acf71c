// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

/** What the kernel answered when asked for a page's node. */
public enum ResidencyOutcome {
    /** The node. */
    PRESENT("present"),
    /** -ENOENT: not in memory. */
    NOT_PRESENT("not present"),
    /** -EFAULT: the shared zero page, or nothing mapped there any more. */
    ZERO_OR_UNMAPPED("zero page or unmapped"),
    /** -EACCES: shared in a way that only a privileged caller may ask about. */
    DENIED("denied"),
    /** Any other errno. */
    OTHER("other error"),
    /** The whole batch failed, or one before it did. */
    NOT_ASKED("not asked");

    private final String text;

    ResidencyOutcome(String text) {
        this.text = text;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }
}
