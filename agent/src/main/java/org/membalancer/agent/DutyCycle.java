// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

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

    /** Ends; called once, last, also when {@code onStart} or {@code doWork} threw. */
    void onClose();

    /** What the thread is called. */
    String roleName();
}
