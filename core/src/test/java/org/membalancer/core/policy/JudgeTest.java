// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Tiers;
import org.membalancer.core.topology.Topology;

class JudgeTest {
    private static final int NO_USER = -1;
    private static final int BLOCKS = 211;
    private static final int PAGES = 16;

    private final NumaPolicySettings settings = NumaPolicySettings.defaults();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRuleByMajorityAsSumsOverAllNodesWould(boolean isExplained) {
        int ruled = 0;
        for (int seed = 0; seed < 53; seed++) {
            Case made = new Case(seed);
            Judge judge = made.judge(isExplained);
            for (int block = 0; block < BLOCKS; block++) {
                made.next();
                String text = "seed " + seed + " block " + block;
                Verdict ofSums = new Verdict();
                judge.judge(made.part, made.around, NO_USER, ofSums);
                Belief fresh = new Belief(made.nodes);
                fresh.fromNeighbours(made.whole, made.part, made.prior);
                Verdict verdict = new Verdict();
                judge.judge(made.part, fresh, made.whole.mainUser(), verdict);
                assertEquals(ofSums.isMove(), verdict.isMove(), text);
                assertEquals(ofSums.reason(), verdict.reason(), text);
                if (isExplained || ofSums.isMove()) {
                    assertEquals(ofSums.numbers(1), verdict.numbers(1), text);
                    assertEquals(ofSums.fromNodeId(), verdict.fromNodeId(), text);
                    assertEquals(ofSums.toNodeId(), verdict.toNodeId(), text);
                }
                int target = made.random.nextInt(made.nodes.limit());
                fresh.fromNeighbours(made.whole, made.part, made.prior);
                assertEquals(judge.dissents(made.part, made.around, NO_USER, target),
                        judge.dissents(made.part, fresh, made.whole.mainUser(), target), text);
                ruled += !ofSums.isMove() && ofSums.reason() == StayReason.BEST_PLACE ? 1 : 0;
            }
        }
        assertTrue(ruled > BLOCKS, "too few are at their best place to test anything: " + ruled);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotHoldPagesOfWhichOneMoves(boolean isExplained) {
        int held = 0;
        for (int seed = 0; seed < 53; seed++) {
            Case made = new Case(seed);
            Judge judge = made.judge(isExplained);
            for (int block = 0; block < BLOCKS; block++) {
                made.next();
                if (!judge.holdsPages(made.part, made.around, made.part.mainUser())) {
                    continue;
                }
                held++;
                for (int i = 0; i < PAGES; i++) {
                    BlockTally page = made.page(i);
                    Belief aroundPage = new Belief(made.nodes);
                    aroundPage.fromNeighbours(made.part, page, made.around);
                    Verdict verdict = new Verdict();
                    judge.judge(page, aroundPage, NO_USER, verdict);
                    assertFalse(verdict.isMove(), "seed " + seed + " block " + block + " page " + i);
                }
            }
        }
        assertTrue(held > BLOCKS, "too few are held to test anything: " + held);
    }

    /** A machine, and blocks of pages amid others on it. */
    private final class Case {
        private final SplittableRandom random;
        private final NodeTable nodes;
        private final BlockTally whole;
        private final BlockTally part;
        private final Belief prior;
        private final Belief around;
        private HeatSnapshot heat;
        private PageTallies pages;

        Case(int seed) {
            random = new SplittableRandom(seed);
            Topology topology = topology();
            nodes = new NodeTable(topology, 10,
                    random.nextBoolean() ? TierRules.of(Tiers.byDistance(topology)) : TierRules.none());
            if (seed % 7 == 6) {
                nodes.close(0);
            }
            whole = new BlockTally(nodes.limit());
            part = new BlockTally(nodes.limit());
            prior = new Belief(nodes);
            around = new Belief(nodes);
        }

        Judge judge(boolean isExplained) {
            return new Judge(settings, nodes, MoveCosts.unknown(), SampleWorth.unknown(), 10_000_000_000L, isExplained);
        }

        private Topology topology() {
            int count = 2 + random.nextInt(random.nextInt(3) == 0 ? 40 : 4);
            boolean isRing = random.nextBoolean();
            int withCpus = 1 + random.nextInt(count);
            List<Node> made = new ArrayList<>();
            int[][] distances = new int[count][count];
            for (int i = 0; i < count; i++) {
                BitSet cpus = new BitSet();
                cpus.set(i, i < withCpus ? i + 1 : i);
                made.add(new Node(i, cpus, 1L << 30, random.nextInt(4) == 0 ? 0 : 1L << 30));
                for (int j = 0; j <= i; j++) {
                    int apart = isRing ? 12 + Math.min(i - j, count - i + j) : 11 + random.nextInt(31);
                    distances[i][j] = i == j ? 10 : apart;
                    distances[j][i] = distances[i][j];
                }
            }
            return new Topology(made, distances);
        }

        /** Makes the next block: one node has most samples, and most lies on one node. */
        void next() {
            int user = random.nextInt(nodes.limit());
            int place = random.nextBoolean() ? user : random.nextInt(nodes.limit());
            double strange = random.nextDouble() * random.nextDouble();
            boolean isPure = random.nextInt(4) != 0;
            heat = new HeatSnapshot(3 * PAGES, nodes.limit());
            heat.begin(1L << 41, 12, 33);
            Residency residency = new Residency(3 * PAGES);
            residency.begin(3 * PAGES);
            for (int page = 0; page < 3 * PAGES; page++) {
                int[] counts = new int[nodes.limit()];
                for (int sample = random.nextInt(10); sample >= 0; sample--) {
                    counts[random.nextDouble() < strange ? random.nextInt(nodes.limit()) : user]++;
                }
                heat.add(PageHeat.of(256 + page, counts));
                residency.set(page, isPure || random.nextInt(9) != 0 ? place : random.nextInt(-1, nodes.limit()));
            }
            heat.sortByAddress();
            pages = new PageTallies(heat, residency, nodes);
            fill(part, PAGES, 2 * PAGES);
            fill(whole, 0, 3 * PAGES);
            BlockTally nobody = new BlockTally(nodes.limit());
            prior.fromNeighbours(nobody, nobody, new Belief(nodes));
            around.fromNeighbours(whole, part, prior);
        }

        BlockTally page(int i) {
            BlockTally page = new BlockTally(nodes.limit());
            fill(page, PAGES + i, PAGES + i + 1);
            return page;
        }

        private void fill(BlockTally tally, int from, int to) {
            tally.begin(256L + from << 12, 256L + to << 12);
            pages.addTo(tally, from, to);
        }
    }
}
