// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

/**
 * One thread's random accesses to a working set, and what they were. The thread that runs it owns it; others read the
 * counts after joining that thread.
 */
final class Walker implements Runnable {
    private static final int ACCESSES_PER_ROUND = 1 << 18;

    private final WorkingSet set;
    private final long hotLimit;
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
        this.hotLimit = (long) (share * (1L << 32));
        this.deadlineNs = deadlineNs;
        this.state = seed * 0xD1342543DE82EF95L + 1;
    }

    @Override
    public void run() {
        do {
            hotOperations += walk(ACCESSES_PER_ROUND);
            operations += ACCESSES_PER_ROUND;
        } while (System.nanoTime() - deadlineNs < 0);
    }

    /**
     * Makes so many accesses, half of them stores, one an iteration and little else in memory. A cold draw never lands
     * in the hot part, so that the hot draws counted are the hot accesses made.
     *
     * @return the hot ones
     */
    int walk(int accesses) {
        long[] cells = set.cells();
        int hotBegin = set.hotBegin();
        int hotCount = set.hotCount();
        int coldCount = cells.length - hotCount;
        long limit = hotLimit;
        long next = state;
        long loaded = 0;
        int hot = 0;
        for (int i = 0; i < accesses; i++) {
            next += 0x9E3779B97F4A7C15L;
            long random = mix(next);
            int cell;
            if ((random & 0xffffffffL) < limit) {
                cell = hotBegin + (int) ((random >>> 32) * hotCount >>> 32);
                hot++;
            } else {
                cell = (int) ((random >>> 32) * coldCount >>> 32);
                cell = cell < hotBegin ? cell : cell + hotCount;
            }
            if ((random & 1) != 0) {
                cells[cell] = WorkingSet.pattern(cell);
            } else {
                loaded += cells[cell];
            }
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

    /** The finaliser of splitmix64. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
