// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

/**
 * One thread's random accesses to a working set, and what they were. The thread that runs it owns it; others read the
 * counts after joining that thread.
 *
 * <p>A draw is the upper half of a linear congruential generator, and one multiplication makes a cell of it: cheap on
 * purpose. A sampler that walks over instructions must meet the next access soon, and on the hot and the cold path
 * alike, or it measures our arithmetic instead of our accesses. For the same reason few values live across an
 * iteration: it cannot follow an address that the JIT keeps in a vector register, and a spill to the stack is an access
 * of its own.
 */
final class Walker implements Runnable {
    private static final int ACCESSES_PER_ROUND = 1 << 18;
    private static final long DRAWS = 1L << 32;

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
        this.state = seed * 0xD1342543DE82EF95L;
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
        int coldBegin = set.coldBegin();
        long limit = hotLimit;
        long perHot = hotScale;
        long perCold = coldScale;
        long next = state;
        long loaded = 0;
        int hot = 0;
        for (int i = 0; i < accesses; i += 2) {
            next = next * 6364136223846793005L + 1442695040888963407L;
            long draw = next >>> 32;
            int cell;
            if (draw < limit) {
                cell = hotBegin + (int) (draw * perHot >>> 32);
                hot++;
            } else {
                cell = coldBegin + (int) ((draw - limit) * perCold >>> 32);
            }
            loaded += cells[cell];

            next = next * 6364136223846793005L + 1442695040888963407L;
            draw = next >>> 32;
            if (draw < limit) {
                cell = hotBegin + (int) (draw * perHot >>> 32);
                hot++;
            } else {
                cell = coldBegin + (int) ((draw - limit) * perCold >>> 32);
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
