// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.balance.Locality;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.threads.ThreadOutcome;
import org.membalancer.core.threads.ThreadRound;

/** What all rounds of a run saw and did. Owned by one thread. */
final class BalanceSums {
    private MigrationTotals totals = MigrationTotals.none();
    private Optional<Locality> before = Optional.empty();
    private Optional<Locality> after = Optional.empty();
    private final Map<ThreadOutcome, Integer> threads = new EnumMap<>(ThreadOutcome.class);

    /** Adds a round; what was seen before anything moved stays the measure of the beginning. */
    void add(BalanceRound round, Locality locality) {
        if (locality.total() > 0) {
            before = totals.movedBytes() == 0 ? Optional.of(locality) : before;
            after = Optional.of(locality);
        }
        totals = totals.plus(round.result());
    }

    /** Adds what another process's rounds saw and did. */
    void add(BalanceSums other) {
        totals = totals.plus(other.totals);
        before = sum(before, other.before);
        after = sum(after, other.after);
        other.threads.forEach((outcome, count) -> threads.merge(outcome, count, Integer::sum));
    }

    private static Optional<Locality> sum(Optional<Locality> one, Optional<Locality> other) {
        return one.isPresent() && other.isPresent() ? Optional.of(one.get().plus(other.get())) : one.or(() -> other);
    }

    /** Adds what became of threads. */
    void add(ThreadRound round) {
        round.outcomes().forEach((outcome, count) -> threads.merge(outcome, count, Integer::sum));
    }

    /** Threads that were to be pinned, by outcome. */
    Map<ThreadOutcome, Integer> threads() {
        return threads;
    }

    MigrationTotals totals() {
        return totals;
    }

    /** Where accesses went before the first move; empty: there was no sample. */
    Optional<Locality> before() {
        return before;
    }

    /** Where they went in the last round. */
    Optional<Locality> after() {
        return after;
    }
}
