// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.Optional;

/** The door to the threads of a process. Implemented over the jni room and /proc, and by fakes. */
public interface ThreadDoor extends AffinityDoor {

    /** When the thread started, in the kernel's ticks since boot, which with its id names it for good; empty: it ended. */
    Optional<String> startTime(int tid);

    /** The thread's name, as the kernel cuts it; empty when it ended. */
    Optional<String> name(int tid);

    /** The ids of all threads of the process; empty: it ended. */
    int[] threads();
}
