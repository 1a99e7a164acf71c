// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** Places the pages of a world: a policy with all that it needs to act. Good for one run. */
interface Placer {

    /**
     * Called when a phase has begun and none of its time has passed.
     *
     * @param index of the phase, from 0
     */
    default void phase(World world, int index) {
    }

    /**
     * Called when a step has passed.
     *
     * @param nowNs its end, virtual CLOCK_MONOTONIC
     */
    default void step(World world, long nowNs) {
    }
}
