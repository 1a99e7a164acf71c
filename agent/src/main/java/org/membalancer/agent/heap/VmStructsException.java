// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

/** This JVM does not describe itself the way the agent needs; the message says which part is missing. */
public final class VmStructsException extends Exception {
    private static final long serialVersionUID = 1L;

    VmStructsException(String message) {
        super(message);
    }
}
