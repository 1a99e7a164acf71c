// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What a run saw and did, by process. Of the processes that are balanced no more the most important are kept apart, the
 * rest as a sum. Owned by one thread.
 */
final class RunSums {
    private static final int MOST_LEFT = 64;
    private static final Comparator<OfProcess> BY_WORTH =
            Comparator.comparingLong((OfProcess of) -> of.sums.totals().movedBytes())
                    .thenComparingLong(of -> of.sums.totals().asked())
                    .thenComparingDouble(of -> of.sums.after().map(after -> after.total()).orElse(0.0)).reversed();

    private final BalanceSums leftTogether = new BalanceSums();
    private final List<OfProcess> left = new ArrayList<>();
    private long rounds;
    private int joinedCount;
    private int leftCount;

    /**
     * The sums of one process.
     *
     * @param isBalanced until the end; false: it ended, or others had more samples
     */
    record OfProcess(int pid, String command, BalanceSums sums, boolean isBalanced) {

        static OfProcess of(BalancedMember member, boolean isBalanced) {
            return new OfProcess(member.pid(), member.command(), member.sums(), isBalanced);
        }
    }

    void addRound() {
        rounds++;
    }

    void joined() {
        joinedCount++;
    }

    /** Keeps the sums of a process that is balanced no more. */
    void left(BalancedMember member) {
        leftCount++;
        leftTogether.add(member.sums());
        left.add(OfProcess.of(member, false));
        left.sort(BY_WORTH);
        if (left.size() > MOST_LEFT) {
            left.remove(MOST_LEFT);
        }
    }

    long rounds() {
        return rounds;
    }

    /** Processes that were balanced, each time that one was taken in. */
    int joinedCount() {
        return joinedCount;
    }

    /** Of these, those that are balanced no more. */
    int leftCount() {
        return leftCount;
    }

    /** All processes together. */
    BalanceSums whole(Collection<BalancedMember> members) {
        BalanceSums whole = new BalanceSums();
        whole.add(leftTogether);
        members.forEach(member -> whole.add(member.sums()));
        return whole;
    }

    /** Those that were moved most first, at most so many. */
    List<OfProcess> mostImportant(Collection<BalancedMember> members, int most) {
        List<OfProcess> all = new ArrayList<>(left);
        members.forEach(member -> all.add(OfProcess.of(member, true)));
        all.sort(BY_WORTH);
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }
}
