// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Lets go of several, of which each may fail: the others are let go of all the same. Owned by one thread. */
final class Departures {
    private final List<IOException> failures = new ArrayList<>();
    private int threadCount;

    /** Who can be let go of. */
    @FunctionalInterface
    interface Departure {

        /**
         * Gives back what was taken.
         *
         * @return how many threads have their affinity again
         */
        int leave() throws IOException;
    }

    /** Lets go of one. */
    void leave(Departure one) {
        try {
            threadCount += one.leave();
        } catch (IOException e) {
            failures.add(e);
        }
    }

    /** How many threads of all have their affinity again. */
    int threadCount() {
        return threadCount;
    }

    /** Throws the first failure, which has the others with it, if there was any. */
    void requireNone() throws IOException {
        if (!failures.isEmpty()) {
            IOException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }
}
