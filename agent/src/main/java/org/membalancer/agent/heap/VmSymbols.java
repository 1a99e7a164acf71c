// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

/** The door to the symbols that the JVM's library exports. Implemented by the jni room and by fakes. */
@FunctionalInterface
public interface VmSymbols {

    /**
     * Finds a symbol.
     *
     * @return its address, or 0 when the JVM exports none of that name
     */
    long addressOf(String symbol);
}
