// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.util.Locale;

import org.membalancer.core.threads.ThreadHomes;

/** How a user chooses what is balanced. */
public enum PolicyName {
    /** What suits most machines: {@link #NUMA}, and {@link #TIER} where the machine has tiers. */
    AUTO,
    /** Memory to the node that uses it. */
    NUMA,
    /** Hot memory to fast tiers, cold memory to slow ones. */
    TIER,
    /** Threads to the node that holds the memory they use; no memory moves. */
    THREADS,
    /** Per thread and block whichever is cheaper: the thread moves, or the memory. */
    AUTOTUNE;

    /** As a user writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the load of memory controllers counts. */
    public boolean mindsLoad() {
        return movesMemory() && this != NUMA;
    }

    /** Whether tiers count. */
    public boolean hasTiers() {
        return this == AUTO || this == TIER;
    }

    /** Whether memory may move. */
    public boolean movesMemory() {
        return this != THREADS;
    }

    /** Whether threads may move. */
    public boolean movesThreads() {
        return this == THREADS || this == AUTOTUNE;
    }

    /** What watches where threads live: where they may be sent back, memory follows them only when that is decided. */
    public ThreadHomes threadHomes() {
        return new ThreadHomes(movesThreads() ? ThreadHomes.LONG_STAY_NS : ThreadHomes.STAY_NS);
    }
}
