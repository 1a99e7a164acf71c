// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

/**
 * One field of a HotSpot class as the JVM itself describes it.
 *
 * @param isStatic whether {@code staticAddress} says where it lies; else {@code offsetBytes} does
 * @param offsetBytes from the start of the object; 0 for a static field
 * @param staticAddress of a static field; 0 for another
 */
record VmField(boolean isStatic, long offsetBytes, long staticAddress) {
}
