// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.clock;

/** The door to CLOCK_MONOTONIC, the clock of the tables' epochs. Implemented by the jni room and by fakes. */
@FunctionalInterface
public interface Clock {

    /** Now, in nanoseconds of CLOCK_MONOTONIC. */
    long nowNs();
}
