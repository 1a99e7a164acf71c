// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

/** The door to the helper. Implemented over the jni room and by fakes. */
@FunctionalInterface
interface HelperDoor {

    /**
     * Connects and asks for the tables of this process.
     *
     * @throws HelperUnreachable if there is no helper, or it refuses; the message says which
     */
    HelperSession open() throws HelperUnreachable;
}
