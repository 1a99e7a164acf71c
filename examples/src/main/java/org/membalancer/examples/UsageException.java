// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

/** A command line that cannot be understood; the message is one line for the user. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
