// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.BitSet;
import java.util.Optional;
import org.membalancer.core.threads.ThreadDoor;

/** A process whose threads all may run on CPU 0 and 1. */
final class FakeThreads implements ThreadDoor {
    private int[] tids = {4711};
    private int pins;

    void are(int... newTids) {
        tids = newTids;
    }

    /** How often an affinity was set. */
    int pins() {
        return pins;
    }

    @Override
    public Optional<BitSet> affinity(int tid) {
        return Optional.of(BitSet.valueOf(new long[] {3}));
    }

    @Override
    public int setAffinity(int tid, BitSet cpus) {
        pins++;
        return 0;
    }

    @Override
    public Optional<String> startTime(int tid) {
        return Optional.of("17");
    }

    @Override
    public Optional<String> name(int tid) {
        return Optional.of("worker");
    }

    @Override
    public int[] threads() {
        return tids;
    }
}
