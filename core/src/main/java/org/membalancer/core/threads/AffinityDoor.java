// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.BitSet;
import java.util.Optional;

/** The door to where threads may run. Implemented over the jni room, and by fakes. */
public interface AffinityDoor {

    /** CPUs on which a thread may run; empty: it ended, or may not be asked. */
    Optional<BitSet> affinity(int tid);

    /**
     * Sets the CPUs on which a thread may run.
     *
     * @return 0, or -errno
     */
    int setAffinity(int tid, BitSet cpus);
}
