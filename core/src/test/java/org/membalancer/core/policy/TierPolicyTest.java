// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.topology.Tier;

class TierPolicyTest {
    private static final NumaPolicySettings SETTINGS = NumaPolicySettings.defaults();
    private static final int[][] CPUS_AND_SLOW = {{10, 40, 26}, {40, 10, 40}, {26, 40, 10}};
    private static final TierRules TWO_TIERS = TierRules.of(List.of(Tier.of(0), Tier.of(2)));
    private static final int FAST_PAGES = 503;
    private static final int PAGES = 2011;

    /** Node 0 is full of cold pages; the rest lies on node 2. */
    private static TieredProcess fullFastTier(long seed) {
        TieredProcess process = new TieredProcess(PAGES, seed, CPUS_AND_SLOW, FAST_PAGES, 0, 4 * PAGES);
        process.place(0, PAGES, 2);
        process.place(0, FAST_PAGES, 0);
        return process;
    }

    private static AutoPolicy policy(TieredProcess process, TierRules rules) {
        return new AutoPolicy(SETTINGS, rules, process.range(), MoveCosts.unknown());
    }

    @Test
    void shouldExchangeColdPagesOfAFullTierForHotOnes() {
        TieredProcess process = fullFastTier(1);
        AutoPolicy policy = policy(process, TWO_TIERS);
        for (int round = 0; round < 5; round++) {
            for (int page = 1000; page < 1200; page++) {
                process.touch(page, 3);
            }
            process.balance(policy);
        }
        assertEquals(1, process.shareOn(1000, 200, 0), "hot pages in the fast tier");
        assertTrue(process.movedPages() <= 2 * 200 + FAST_PAGES / 40, "moved " + process.movedPages());
    }

    @Test
    void shouldMakeRoomBeforeItIsNeeded() {
        TieredProcess process = fullFastTier(1);
        for (int page = 1000; page < 1200; page++) {
            process.touch(page, 7);
        }
        List<BlockMove> moves = process.balance(policy(process, TWO_TIERS)).moves();
        assertEquals(MoveReason.DEMOTED, moves.get(0).reason(), "" + moves);
        assertEquals(MoveReason.PROMOTED, moves.get(moves.size() - 1).reason(), "" + moves);
    }

    @Test
    void shouldNotCallAPageColdBeforeItWouldHaveBeenSeen() {
        TieredProcess process = fullFastTier(1);
        for (int page = 1000; page < 1200; page++) {
            process.touch(page, 2);
        }
        MigrationPlan plan = process.balance(policy(process, TWO_TIERS));
        assertEquals(List.of(), plan.moves(), "two samples do not tell a hot page from a cold one without any");
        assertEquals(200, plan.left(StayReason.NOT_HOT), "" + plan);
    }

    @Test
    void shouldLeaveAHotTierAlone() {
        TieredProcess process = fullFastTier(1);
        for (int page = 0; page < PAGES; page++) {
            process.touch(page, page < FAST_PAGES ? 20 : 9);
        }
        AutoPolicy policy = policy(process, TWO_TIERS);
        for (int round = 0; round < 5; round++) {
            process.balance(policy);
        }
        assertTrue(process.movedPages() <= FAST_PAGES / 40, "headroom only: " + process.movedPages());
    }

    @Test
    void shouldKeepHeadroomByItself() {
        TieredProcess process = fullFastTier(1);
        for (int page = 0; page < PAGES; page++) {
            process.touch(page, page < FAST_PAGES / 2 ? 50 : 5);
        }
        MigrationPlan plan = process.balance(policy(process, TWO_TIERS));
        assertTrue(plan.moves().stream().allMatch(move -> move.reason() == MoveReason.DEMOTED), "" + plan);
        long headroom = (long) Math.ceil(FAST_PAGES * (100 - TierRule.DEFAULT_CAP_PERCENT) / 100);
        assertEquals(FAST_PAGES - headroom, process.pagesOn(0), "" + plan);
        assertEquals(1, process.shareOn(0, FAST_PAGES / 2, 0), "the hot half stays: " + plan);
    }

    @Test
    void shouldRespectCapAndLimitsOfTheUser() {
        TieredProcess process = new TieredProcess(PAGES, 1, CPUS_AND_SLOW, FAST_PAGES, 0, 4 * PAGES);
        process.place(0, PAGES, 2);
        AutoPolicy policy = policy(process, TierSpec.parse("fast:0 cap=40%; slow:2 promote=fast:100%:256KiB"));
        for (int round = 0; round < 8; round++) {
            for (int page = 0; page < 400; page++) {
                process.touch(page, 5);
            }
            long before = process.movedPages();
            process.balance(policy);
            assertTrue(process.movedPages() - before <= 64, "64 pages a round: " + (process.movedPages() - before));
        }
        assertEquals((long) (FAST_PAGES * 0.4), process.pagesOn(0), "40 % of the node");
    }

    @Test
    void shouldPromoteOnlyTheShareThatTheUserAllows() {
        TieredProcess process = new TieredProcess(PAGES, 1, CPUS_AND_SLOW, FAST_PAGES, 0, 4 * PAGES);
        process.place(0, PAGES, 2);
        for (int page = 0; page < 300; page++) {
            process.touch(page, page < 30 ? 60 : 5);
        }
        process.balance(policy(process, TierSpec.parse("0:0:0:0:0:1:1:0-1:2:10:0:0:0:0:0")));
        assertEquals(30, process.pagesOn(0), "10 % of 300 sampled pages");
        assertEquals(1, process.shareOn(0, 30, 0), "the hottest ones");
    }

    @Test
    void shouldGoToTheTierThatTheUserNames() {
        int[][] distances = {{10, 40, 20, 30}, {40, 10, 40, 40}, {20, 40, 10, 20}, {30, 40, 20, 10}};
        TieredProcess process = new TieredProcess(PAGES, 1, distances, FAST_PAGES, 0, PAGES, PAGES);
        process.place(0, PAGES, 3);
        for (int page = 0; page < 100; page++) {
            process.touch(page, 9);
        }
        process.balance(policy(process, TierSpec.parse("a:0;b:2;c:3 promote=a")));
        assertEquals(100, process.pagesOn(0), "past the middle tier");
        assertEquals(0, process.pagesOn(2));
    }

    @Test
    void shouldMoveRingByRingTowardWhoeverUsesAPageMost() {
        TieredProcess process = new TieredProcess(PAGES, 1, CPUS_AND_SLOW, FAST_PAGES, 0, 4 * PAGES);
        process.place(0, PAGES, 2);
        process.place(0, FAST_PAGES, 0);
        AutoPolicy policy = policy(process, TierSpec.parse(""));
        for (int round = 0; round < 40; round++) {
            for (int page = 0; page < PAGES; page++) {
                process.touch(page, page >= 1000 && page < 1200 ? 60 : 4);
            }
            process.balance(policy);
        }
        assertTrue(process.shareOn(1000, 200, 0) > 0.9, "node 0 uses them: " + process.shareOn(1000, 200, 0));
    }

    /** Never over capacity (checked after every move), never stuck, every block one outcome (checked by the plan). */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 7, 11, 13})
    void shouldFollowAnyHotSetThroughAnyFullTier(long seed) {
        TieredProcess process = fullFastTier(seed);
        AutoPolicy policy = policy(process, TWO_TIERS);
        for (int set = 0; set < 3; set++) {
            int first = process.random().nextInt(PAGES - 300);
            for (int round = 0; round < 60; round++) {
                for (int i = 0; i < 1500; i++) {
                    int page = process.random().nextInt(10) < 9
                            ? first + process.random().nextInt(300) : process.random().nextInt(PAGES);
                    process.touch(page, 1);
                }
                process.balance(policy);
            }
        }
        long used = process.pagesOn(0);
        assertTrue(used <= FAST_PAGES && used > FAST_PAGES * 9 / 10, "the fast tier is used: " + used);
        assertTrue(process.movedPages() < 6L * 2 * FAST_PAGES, "moved " + process.movedPages());
    }

    @Test
    void shouldMoveWholeBlocksWhereTheirPagesAreAlike() {
        TieredProcess process = new TieredProcess(4096, 3, CPUS_AND_SLOW, 2048, 0, 8192);
        process.place(0, 4096, 2);
        AutoPolicy policy = policy(process, TWO_TIERS);
        for (int i = 0; i < 1500; i++) {
            process.touch(512 + process.random().nextInt(1024), 1);
        }
        process.balance(policy);
        assertEquals(1, process.shareOn(512, 1024, 0), "also those without a sample");
    }

    @ParameterizedTest
    @ValueSource(longs = {64 << 10, 256 << 10})
    void shouldMoveLessThanABlockAtOnceWhereALimitIsSmaller(long budgetBytes) {
        TieredProcess process = new TieredProcess(4096, 3, CPUS_AND_SLOW, 64 * 512, 0, 64 * 512);
        process.place(0, 4096, 2);
        AutoPolicy policy = new AutoPolicy(
                SETTINGS.withBudgetBytes(budgetBytes), TWO_TIERS, process.range(), MoveCosts.unknown());
        for (int i = 0; i < 1500; i++) {
            process.touch(512 + process.random().nextInt(1024), 1);
        }
        long before = process.movedPages();
        process.balance(policy);
        long movedBytes = (process.movedPages() - before) * TieredProcess.PAGE_BYTES;
        assertTrue(movedBytes > 0 && movedBytes <= budgetBytes, "moved " + movedBytes);
    }

    @Test
    void shouldMovePagesOneByOneWhereTheyDiffer() {
        TieredProcess process = new TieredProcess(4096, 3, CPUS_AND_SLOW, 2048, 0, 8192);
        process.place(0, 4096, 2);
        AutoPolicy policy = policy(process, TWO_TIERS);
        for (int page = 0; page < 4096; page += 16) {
            process.touch(page, 9);
        }
        process.balance(policy);
        assertEquals(256, process.pagesOn(0), "one page of each block");
    }
}
