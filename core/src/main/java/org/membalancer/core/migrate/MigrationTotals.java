// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.Collections;
import java.util.List;

/**
 * Sums of all results so far. Immutable, so that it may be handed to another thread.
 *
 * @param rounds results added that asked for at least one page
 * @param asked pages asked to move
 * @param outcomes pages by {@link MoveOutcome#ordinal()}
 * @param movedBytes bytes of the pages that moved
 * @param elapsedNs time spent in execution
 * @param calls to the kernel
 * @param lastErrno of the last call that failed as a whole; 0: none did
 */
public record MigrationTotals(
        long rounds, long asked, List<Long> outcomes, long movedBytes, long elapsedNs, long calls, int lastErrno) {
    private static final MigrationTotals NONE = new MigrationTotals(
            0, 0, Collections.nCopies(MoveOutcome.values().length, 0L), 0, 0, 0, 0);

    /** Copies the list and checks that every page has one outcome. */
    public MigrationTotals {
        outcomes = List.copyOf(outcomes);
        long sum = outcomes.stream().mapToLong(Long::longValue).sum();
        if (outcomes.size() != MoveOutcome.values().length || sum != asked) {
            throw new IllegalArgumentException(
                    "outcomes must sum to asked: asked=" + asked + " outcomes=" + outcomes);
        }
    }

    /** Nothing so far. */
    public static MigrationTotals none() {
        return NONE;
    }

    /** These and one more result. */
    public MigrationTotals plus(MigrationResult result) {
        if (result.asked() == 0) {
            return this;
        }
        Long[] sums = outcomes.toArray(Long[]::new);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += result.outcomes().get(i);
        }
        return new MigrationTotals(rounds + 1, asked + result.asked(), List.of(sums),
                movedBytes + result.movedBytes(), elapsedNs + result.elapsedNs(), calls + result.calls(),
                result.failedErrno() != 0 ? result.failedErrno() : lastErrno);
    }

    /** These and other ones. */
    public MigrationTotals plus(MigrationTotals other) {
        Long[] sums = outcomes.toArray(Long[]::new);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.outcomes.get(i);
        }
        return new MigrationTotals(rounds + other.rounds, asked + other.asked, List.of(sums),
                movedBytes + other.movedBytes, elapsedNs + other.elapsedNs, calls + other.calls,
                other.lastErrno != 0 ? other.lastErrno : lastErrno);
    }

    /** Pages with this outcome. */
    public long pages(MoveOutcome outcome) {
        return outcomes.get(outcome.ordinal());
    }
}
