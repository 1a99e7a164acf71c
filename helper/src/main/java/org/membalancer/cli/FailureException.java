// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

/** What was asked for cannot be done here and now; the message is one line for the user. The exit code is 1. */
final class FailureException extends Exception {
    private static final long serialVersionUID = 1L;

    FailureException(String message) {
        super(message);
    }

    FailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
