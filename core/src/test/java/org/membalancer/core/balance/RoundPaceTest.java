// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.membalancer.core.migrate.DryRun;
import org.membalancer.core.migrate.MigrationResult;
import org.membalancer.core.policy.MigrationPlan;

class RoundPaceTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final long BEGIN_NS = 100 * SECOND;

    private final RoundPace pace = new RoundPace(PolicyName.AUTO);

    @Test
    void shouldWaitForManySamplesWhereThereWereNone() {
        round(BEGIN_NS, 2 * MS, 0, 0);
        long later = BEGIN_NS + SECOND / 2;
        assertFalse(pace.hasNews(later, 255));
        assertTrue(pace.hasNews(later, 256));
    }

    @Test
    void shouldWaitForHalfAsManyAsARoundRestedOn() {
        round(BEGIN_NS, 2 * MS, 1000, 7000);
        long later = BEGIN_NS + SECOND / 2;
        assertFalse(pace.hasNews(later, 7499));
        assertTrue(pace.hasNews(later, 7500));
    }

    @Test
    void shouldCountWhatIsKnownOfAllProcesses() {
        pace.begins(BEGIN_NS, 7000);
        pace.rested(result(BEGIN_NS, 600, 0));
        pace.rested(result(BEGIN_NS, 400, 0));
        pace.ended(BEGIN_NS + 2 * MS);
        assertFalse(pace.hasNews(BEGIN_NS + SECOND / 2, 7499));
        assertTrue(pace.hasNews(BEGIN_NS + SECOND / 2, 7500));
    }

    @Test
    void shouldLeaveTimeBetweenRounds() {
        round(BEGIN_NS, 2 * MS, 0, 0);
        assertFalse(pace.hasNews(BEGIN_NS + 99 * MS, 1000));
        assertTrue(pace.hasNews(BEGIN_NS + 100 * MS, 1000));
    }

    @Test
    void shouldUseAFifthOfACpuAtMost() {
        round(BEGIN_NS, 100 * MS, 0, 0);
        assertFalse(pace.hasNews(BEGIN_NS + 499 * MS, 1000));
        assertTrue(pace.hasNews(BEGIN_NS + 500 * MS, 1000));
    }

    @Test
    void shouldNotCountTheTimeOfMovesAsItsOwn() {
        pace.begins(BEGIN_NS, 0);
        pace.rested(result(BEGIN_NS, 0, 298 * MS));
        pace.ended(BEGIN_NS + 300 * MS);
        assertTrue(pace.hasNews(BEGIN_NS + 308 * MS, 1000));
    }

    @Test
    void shouldNotComeSoonerForASteadyProcess() {
        int rounds = 0;
        long startNs = BEGIN_NS;
        for (int second = 0; second < 100; second++) {
            // as much as a table holds of 700 samples a second: of half an epoch of 8.6 s at least, and all before it
            double held = 700 * 8.6 * (1 + second % 8 / 8.0);
            round(startNs, 5 * MS, held, 700L * second);
            for (int look = 1; look <= 10; look++) {
                rounds += pace.hasNews(startNs + look * 100 * MS, 700L * second + 70L * look) ? 1 : 0;
            }
            startNs += SECOND;
        }
        assertEquals(0, rounds);
    }

    @Test
    void shouldKeepALongIntervalForASteadyProcess() {
        int rounds = 0;
        for (int phase = 0; phase < 8; phase++) {
            double held = 700 * 8.6 * (1 + phase / 8.0);
            round(BEGIN_NS, 5 * MS, held, 0);
            for (int look = 1; look <= 600; look++) {
                rounds += pace.hasNews(BEGIN_NS + look * 100 * MS, 70L * look) ? 1 : 0;
            }
        }
        assertEquals(0, rounds);
    }

    @Test
    void shouldComeSoonerInALongIntervalUntilATableIsFull() {
        List<Long> beginsMs = new ArrayList<>();
        long beganMs = 1000;
        round(BEGIN_NS + beganMs * MS, 5 * MS, 700, 700);
        for (long nowMs = 1100; nowMs < 60_000; nowMs += 100) { // the table of a process that began to run forgets nothing yet
            if (pace.hasNews(BEGIN_NS + nowMs * MS, 7 * nowMs / 10)) {
                beginsMs.add(nowMs);
                round(BEGIN_NS + nowMs * MS, 5 * MS, 7.0 * Math.min(nowMs, 8600) / 10, 7 * nowMs / 10);
            }
        }
        assertEquals(List.of(1500L, 2300L, 3500L, 5300L, 8000L), beginsMs);
    }

    @Test
    void shouldKnowNothingBeforeTheFirstRound() {
        assertFalse(pace.hasNews(BEGIN_NS, 1000));
    }

    @ParameterizedTest
    @EnumSource(names = {"THREADS", "AUTOTUNE"})
    void shouldNotHurryWhereThreadsMove(PolicyName policy) {
        RoundPace ofThreads = new RoundPace(policy);
        ofThreads.begins(BEGIN_NS, 0);
        ofThreads.ended(BEGIN_NS + MS);
        assertFalse(ofThreads.isWanted());
        assertFalse(ofThreads.hasNews(BEGIN_NS + SECOND, 1000));
    }

    private void round(long beginNs, long lookedNs, double accesses, long recorded) {
        pace.begins(beginNs, recorded);
        pace.rested(result(beginNs, accesses, 0));
        pace.ended(beginNs + lookedNs);
    }

    private static BalanceRound result(long beginNs, double accesses, long movedNs) {
        MigrationPlan plan = MigrationPlan.nothing();
        MigrationResult none = new DryRun(4096).execute(plan);
        return new BalanceRound(beginNs, 10, accesses, 0, 0, plan,
                new MigrationResult(none.asked(), none.outcomes(), 0, movedNs, 0, 0));
    }
}
