// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

/**
 * One thread's random accesses to a working set, and what they were. The thread that runs it owns it; others read the
 * counts after joining that thread.
 *
 * <p>A draw is the upper half of a multiplicative congruential generator, and one multiplication makes a cell of it:
 * cheap on purpose. A sampler that walks over instructions must meet the next access soon, and on the hot and the cold
 * path alike, or it measures our arithmetic instead of our accesses. For the same reason few values live across an
 * iteration, fewer than x86-64 has registers: it cannot follow an address that the JIT keeps in a vector register, and
 * a spill to the stack is an access of its own.
 */
final class Walker implements Runnable {
    private static final int ACCESSES_PER_ROUND = 1 << 18;
    private static final long DRAWS = 1L << 32;
    /** Steele and Vigna, Computationally easy, spectrally good multipliers (2021), table 5: M8 for 64 bits. */
    private static final long MULTIPLIER = 0xF1357AEA2E62A9C5L;

    private final WorkingSet set;
    private final long hotLimit;
    private final long hotScale;
    private final long coldScale;
    private final long deadlineNs;
    private long state;
    private long operations;
    private long hotOperations;
    /** Keeps the compiler from leaving out the loads. */
    private long sum;

    /**
     * Sets up one thread's draws.
     *
     * @param share of the accesses that go to the hot part, 0 to 1
     * @param seed another one for each thread
     * @param deadlineNs of System.nanoTime, when to stop
     */
    Walker(WorkingSet set, double share, long seed, long deadlineNs) {
        this.set = set;
        this.hotLimit = (long) (share * DRAWS);
        // cells per draw, times 2^32
        this.hotScale = hotLimit == 0 ? 0 : ((long) set.hotCount() << 32) / hotLimit;
        this.coldScale = hotLimit == DRAWS ? 0 : ((long) set.coldCount() << 32) / (DRAWS - hotLimit);
        this.deadlineNs = deadlineNs;
        this.state = seed * 0xD1342543DE82EF95L | 1; // an even one loses bits
    }

    @Override
    public void run() {
        do {
            hotOperations += walk(ACCESSES_PER_ROUND);
            operations += ACCESSES_PER_ROUND;
        } while (System.nanoTime() - deadlineNs < 0);
    }

    /**
     * Makes so many accesses, loads and stores in turns, and hardly another in memory. A cold draw is never in the hot
     * part, so that the hot draws counted are the hot accesses made.
     *
     * @param accesses an even number
     * @return the hot ones
     */
    int walk(int accesses) {
        long[] cells = set.cells();
        int hotBegin = set.hotBegin();
        long limit = hotLimit;
        long perHot = hotScale;
        long perCold = coldScale;
        long next = state;
        long loaded = 0;
        int hot = 0;
        for (int i = accesses; i > 0; i -= 2) {
            next *= MULTIPLIER;
            long draw = next >>> 32;
            int cell;
            if (draw < limit) {
                cell = hotBegin + (int) (draw * perHot >>> 32);
                hot++;
            } else {
                cell = hotBegin + ~(int) ((draw - limit) * perCold >>> 32); // down from the one before the hot part
            }
            loaded += cells[cell];

            next *= MULTIPLIER;
            draw = next >>> 32;
            if (draw < limit) {
                cell = hotBegin + (int) (draw * perHot >>> 32);
                hot++;
            } else {
                cell = hotBegin + ~(int) ((draw - limit) * perCold >>> 32);
            }
            cells[cell] = WorkingSet.pattern(cell);
        }
        state = next;
        sum += loaded;
        return hot;
    }

    long operations() {
        return operations;
    }

    long hotOperations() {
        return hotOperations;
    }

    long sum() {
        return sum;
    }
}
