// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

/**
 * Whether a round is worth making before its interval is over: when samples came since the last one that are half as many
 * as all that it rested on.
 *
 * <p>That is so after the start, and when a process that stood still goes on: what each round knows is then much more than
 * what the one before knew, and waiting for the interval would leave memory where it is although it is known by then
 * where it belongs. Of processes that run steadily a table holds the samples of ten seconds and more, of which a
 * second's are never the half, so that they are looked at once per interval and cost nothing more. For longer intervals
 * news must also come quicker than what a full table has came on average: else they are what the table forgets meanwhile.
 *
 * <p>Looking and deciding take a fifth of a CPU at most in such times, and rounds are {@value #SOONEST_NS} ns apart at
 * least. What may be moved is bounded by time, not by rounds. Owned by one thread.
 */
public final class RoundPace {
    /** How often to ask. */
    public static final long LOOK_NS = 100_000_000;

    private static final long SOONEST_NS = LOOK_NS;
    private static final long MIN_NEWS = 256;
    private static final double NEWS_SHARE = 0.5;
    private static final double NS_OF_A_FULL_TABLE = 6e9; // less than the 8.6 s and more that it has of steady processes
    private static final int ROUNDS_PER_REST = 5;

    private final boolean isWanted;
    private long beganNs;
    private long recordedBefore;
    private double accesses;
    private long movedNs;
    private long soonestNs = Long.MAX_VALUE;

    /**
     * Makes a pace.
     *
     * @param policy how threads are placed depends on loads that are averages over an interval: rounds of such a policy
     *     never come sooner
     */
    public RoundPace(PolicyName policy) {
        this.isWanted = policy.movesMemory() && !policy.movesThreads();
    }

    /** Whether rounds may come sooner at all. */
    public boolean isWanted() {
        return isWanted;
    }

    /**
     * Notes that a round begins.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param recorded samples counted by now in the tables that it looks at
     */
    public void begins(long nowNs, long recorded) {
        beganNs = nowNs;
        recordedBefore = recorded;
        accesses = 0;
        movedNs = 0;
    }

    /** Notes what the round knew of a process, and how long it moved its memory. */
    public void rested(BalanceRound round) {
        rested(round.accesses(), round.result().elapsedNs());
    }

    /**
     * The same in numbers.
     *
     * @param ofAccesses decayed samples that it knew of a process
     * @param forNs how long it moved that one's memory
     */
    public void rested(double ofAccesses, long forNs) {
        accesses += ofAccesses;
        movedNs += forNs;
    }

    /**
     * Notes that it ended.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     */
    public void ended(long nowNs) {
        long lookedNs = Math.max(0, nowNs - beganNs - movedNs);
        soonestNs = Math.max(beganNs + SOONEST_NS, nowNs + (ROUNDS_PER_REST - 1) * lookedNs);
    }

    /**
     * Whether the next round should not wait for its interval.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param recorded samples counted by now in the same tables
     */
    public boolean hasNews(long nowNs, long recorded) {
        return isWanted && nowNs >= soonestNs && recorded - recordedBefore >= wantedNews(nowNs);
    }

    private double wantedNews(long nowNs) {
        double share = Math.max(NEWS_SHARE, (nowNs - beganNs) / NS_OF_A_FULL_TABLE);
        return Math.max(MIN_NEWS, share * accesses);
    }
}
