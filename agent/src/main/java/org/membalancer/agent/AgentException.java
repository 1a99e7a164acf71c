// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

/** Why the agent cannot work in this JVM or on this machine: one line for people. */
final class AgentException extends Exception {
    private static final long serialVersionUID = 1L;

    AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}
