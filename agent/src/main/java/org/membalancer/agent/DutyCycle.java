// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Work that one thread does again and again until it is told to stop. All methods are called by that thread. */
interface DutyCycle {

    /** Prepares; called once, first. */
    void onStart() throws Exception;

    /**
     * Does one round.
     *
     * @return an amount of work done; 0 when there was nothing to do
     */
    int doWork() throws Exception;

    /**
     * Tells whether the next round should come before its time. Asked for after each round, and what it answers with every
     * {@link DutyThread#LOOK_NS} from then on; empty: nothing makes it come sooner.
     */
    default Optional<BooleanSupplier> news() {
        return Optional.empty();
    }

    /** Ends; called once, last, also when {@code onStart} or {@code doWork} threw. */
    void onClose();

    /** What the thread is called. */
    String roleName();
}
