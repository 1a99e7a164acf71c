// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

/** The helper cannot be used now; the message is one line for people. */
final class HelperUnreachable extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean absent;

    /**
     * Names the reason.
     *
     * @param absent whether there simply is no helper; else there is one that refuses or does not fit
     */
    HelperUnreachable(String message, boolean absent, Throwable cause) {
        super(message, cause);
        this.absent = absent;
    }

    boolean isAbsent() {
        return absent;
    }
}
