// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Optional;

/**
 * One thread's random accesses to a working set, and what they were. The thread that runs it owns it; others read the
 * counts after joining that thread.
 *
 * <p>Cells are drawn ahead into a small array, so that the loop that accesses them takes a few instructions an access,
 * the same for hot and cold ones, without a branch on which it is and without a spill. Samplers that walk over
 * instructions from where a thread was interrupted, and end after so many, then meet several accesses, and cold ones as
 * often as they are made. The array of draws adds one access to every two, outside the working set.
 */
final class Walker implements Runnable {
    private static final int PAIRS = 2048;
    private static final int ROUNDS = 64;
    private static final long DRAW_LIMIT = 1L << 32;

    private final WorkingSet set;
    /** A cell to load from in the lower half, one to store to in the upper. Outside the heap, whose heat is known. */
    private final LongBuffer pairs =
            ByteBuffer.allocateDirect(PAIRS * Long.BYTES).order(ByteOrder.nativeOrder()).asLongBuffer();
    private final long hotLimit;
    private final long hotScale;
    private final long coldScale;
    private final long deadlineNs;
    private final Optional<Progress> progress;
    private long state;
    private long operations;
    private long hotOperations;
    private long damage;

    /**
     * Sets up one thread's draws.
     *
     * @param share of the accesses that go to the hot part, 0 to 1
     * @param seed another one for each thread
     * @param deadlineNs of System.nanoTime, when to stop
     * @param progress where to say how far it is, if anywhere
     */
    Walker(WorkingSet set, double share, long seed, long deadlineNs, Optional<Progress> progress) {
        this.set = set;
        this.hotLimit = (long) (share * DRAW_LIMIT);
        // cells per draw, times 2^32
        this.hotScale = hotLimit == 0 ? 0 : ((long) set.hotCount() << 32) / hotLimit;
        this.coldScale = hotLimit == DRAW_LIMIT ? 0 : ((long) set.coldCount() << 32) / (DRAW_LIMIT - hotLimit);
        this.deadlineNs = deadlineNs;
        this.progress = progress;
        this.state = seed * 0xD1342543DE82EF95L;
    }

    @Override
    public void run() {
        do {
            for (int i = 0; i < ROUNDS; i++) {
                draw();
                access();
                if (progress.isPresent()) {
                    progress.get().publish(operations);
                }
            }
        } while (System.nanoTime() - deadlineNs < 0);
    }

    /** Draws the next cells. A cold one is never in the hot part, so that hot draws are hot accesses. */
    void draw() {
        for (int i = 0; i < PAIRS; i++) {
            pairs.put(i, nextCell() | nextCell() << 32);
        }
    }

    private long nextCell() {
        state = state * 6364136223846793005L + 1442695040888963407L; // Knuth's MMIX
        long draw = state >>> 32;
        if (draw < hotLimit) {
            hotOperations++;
            return set.hotBegin() + (draw * hotScale >>> 32);
        }
        return set.coldBegin() + ((draw - hotLimit) * coldScale >>> 32);
    }

    /** Accesses the cells drawn, by loads, which check what they find, and stores in turns. */
    void access() {
        long[] cells = set.cells();
        long wrongBits = 0;
        for (int i = 0; i < PAIRS; i++) {
            long pair = pairs.get(i);
            int loaded = (int) pair;
            wrongBits |= cells[loaded] ^ WorkingSet.pattern(loaded);
            int stored = (int) (pair >>> 32);
            cells[stored] = WorkingSet.pattern(stored);
        }
        damage |= wrongBits;
        operations += 2 * PAIRS;
    }

    /** Accesses made. */
    long operations() {
        return operations;
    }

    /** Those of them to the hot part. */
    long hotOperations() {
        return hotOperations;
    }

    /** Whether a load found something else than its cell's pattern. */
    boolean hasFoundDamage() {
        return damage != 0;
    }
}
