// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

/** A command line that cannot be obeyed; the message is one line for the user. The exit code is 2. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
