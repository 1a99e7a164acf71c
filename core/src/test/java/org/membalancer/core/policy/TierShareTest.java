// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.membalancer.core.topology.Tier;

/** Two processes, each with its own balancer, on one machine whose fast tier is too small for both. */
class TierShareTest {
    private static final int[][] CPUS_AND_SLOW = {{10, 26}, {26, 10}};
    private static final TierRules TIERS = TierRules.of(List.of(Tier.of(0), Tier.of(1)));
    private static final int FAST_PAGES = 503;
    private static final int PAGES = 2011;
    private static final int HOT_PAGES = 400;
    private static final int STEP_PAGES = 97;

    private static final class Balanced {
        final TieredProcess process;
        final AutoPolicy policy;
        final int samplesPerRound;
        MigrationPlan plan = MigrationPlan.nothing();

        Balanced(long seed, int samplesPerRound) {
            this.process = new TieredProcess(PAGES, seed, CPUS_AND_SLOW, FAST_PAGES, 4 * PAGES);
            this.policy = new AutoPolicy(
                    NumaPolicySettings.defaults(), TIERS, process.range(), MoveCosts.unknown());
            this.samplesPerRound = samplesPerRound;
            process.place(0, PAGES, 1);
        }

        void round(Balanced other, boolean isHeard) {
            for (int i = 0; i < samplesPerRound; i++) {
                process.touch(process.random().nextInt(10) < 9 ? process.random().nextInt(HOT_PAGES)
                        : process.random().nextInt(PAGES), 1);
            }
            process.crowd(0, other.process.pagesOn(0));
            if (isHeard) {
                policy.othersClaims(other.policy.claim().stream().toList());
            }
            plan = process.balance(policy);
        }

        double hotShare() {
            return process.shareOn(0, HOT_PAGES, 0);
        }
    }

    private static void run(Balanced first, Balanced second, int rounds, boolean isHeard) {
        for (int round = 0; round < rounds; round++) {
            first.round(second, isHeard);
            second.round(first, isHeard);
        }
    }

    @Test
    void shouldHaveBothImproveWhereOneHadTheTierForItself() {
        Balanced first = new Balanced(1, 400);
        Balanced second = new Balanced(2, 400);
        first.process.place(0, FAST_PAGES * 9 / 10, 0);
        run(first, second, 60, true);
        assertEquals(FAST_PAGES / 2.0, first.process.pagesOn(0), FAST_PAGES / 10.0, "" + first.plan);
        assertEquals(FAST_PAGES / 2.0, second.process.pagesOn(0), FAST_PAGES / 10.0, "" + second.plan);
        assertTrue(second.hotShare() > 0.5, "second: " + second.hotShare());
        assertEquals(List.of("others want the fastest tier too: this process keeps to 50 % of it"), first.plan.notes());
    }

    @Test
    void shouldDivideByNeed() {
        Balanced busy = new Balanced(1, 900);
        Balanced calm = new Balanced(2, 300);
        calm.process.place(0, FAST_PAGES * 9 / 10, 0);
        run(busy, calm, 60, true);
        assertEquals(0.75 * FAST_PAGES, busy.process.pagesOn(0), FAST_PAGES / 10.0, "" + busy.plan);
        assertEquals(0.25 * FAST_PAGES, calm.process.pagesOn(0), FAST_PAGES / 10.0, "" + calm.plan);
    }

    @Test
    void shouldNotMoveBackAndForthOnceItIsDivided() {
        Balanced first = new Balanced(1, 400);
        Balanced second = new Balanced(2, 400);
        run(first, second, 90, true);
        long before = first.process.movedPages() + second.process.movedPages();
        run(first, second, 60, true);
        long moved = first.process.movedPages() + second.process.movedPages() - before;
        assertTrue(moved <= FAST_PAGES / 5, "moved in a minute: " + moved);
    }

    @Test
    void shouldKeepToItsShareWhereAWalkTakesManyRounds() {
        Balanced first = new Balanced(1, 400);
        Balanced second = new Balanced(2, 400);
        first.process.walkInSteps(STEP_PAGES);
        second.process.walkInSteps(STEP_PAGES);
        first.process.place(0, FAST_PAGES * 9 / 10, 0); // in one stretch
        run(first, second, 120, true);
        long before = first.process.movedPages() + second.process.movedPages();
        for (int round = 0; round < 60; round++) {
            run(first, second, 1, true);
            assertEquals(FAST_PAGES / 2.0, first.process.pagesOn(0), FAST_PAGES / 10.0, "round " + round);
            assertEquals(FAST_PAGES / 2.0, second.process.pagesOn(0), FAST_PAGES / 10.0, "round " + round);
        }
        long moved = first.process.movedPages() + second.process.movedPages() - before;
        assertTrue(moved <= FAST_PAGES / 5, "moved in a minute: " + moved);
    }

    @Test
    void shouldKeepAllOfItWhereNobodyElseClaimsAny() {
        Balanced alone = new Balanced(1, 400);
        Balanced silent = new Balanced(2, 0);
        run(alone, silent, 60, true);
        assertEquals(1, alone.hotShare(), 0.05, "" + alone.plan);
        assertEquals(List.of(), alone.plan.notes());
    }

    @Test
    void shouldTakeNothingFromWhoDoesNotHear() {
        Balanced first = new Balanced(1, 400);
        Balanced second = new Balanced(2, 400);
        first.process.place(0, FAST_PAGES * 9 / 10, 0);
        run(first, second, 60, false);
        assertTrue(second.process.pagesOn(0) < FAST_PAGES / 5, "that is what claims are for: " + second.process.pagesOn(0));
    }
}
