// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.AutoPolicy;
import org.membalancer.core.policy.MoveCosts;
import org.membalancer.core.policy.NumaPolicySettings;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Tiers;
import org.membalancer.core.topology.Topology;

/**
 * A plan over a million hot pages and 64 nodes, next to sorting a million numbers: what may take as long as a round does not
 * notice. With and without tiers, and what the first plan of a policy allocates.
 */
final class PlanAgainstSort implements Benchmark {
    private static final int PAGES = 1_000_000;
    private static final int NODES = 64;
    private static final int SAMPLES_PER_PAGE = 4;
    private static final int WARM_UP = 10;
    private static final int PAIRS = 30;
    private static final long FIRST_PAGE = 0x7f_0000_0000L;
    private static final long NOW_NS = 1L << 41;
    private static final long NODE_BYTES = 64L << 30;
    private static final int PAGE_SHIFT = 12;
    private static final int EPOCH_SHIFT = 33;
    private static final double MOST_OF_SORTING = 0.8;
    private static final long MIB = 1 << 20;

    private final SplittableRandom random = new SplittableRandom(1);

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public List<Figure> run(Artifacts artifacts) {
        HeatSnapshot heat = heat();
        Residency residency = new Residency(PAGES);
        residency.begin(PAGES);
        for (int i = 0; i < PAGES; i++) {
            residency.set(i, (i >> 9) % NODES);
        }
        List<Figure> figures = new ArrayList<>();
        for (boolean hasTiers : new boolean[] {false, true}) {
            Topology topology = topology(hasTiers ? NODES / 2 : NODES);
            String what = "plan over 1 M pages and 64 nodes" + (hasTiers ? " in two tiers" : "");
            figures.add(Figure.atMost(what + ", time next to sorting 1 M numbers",
                    againstSort(heat, residency, topology), MOST_OF_SORTING));
            figures.add(Figure.countAtMost(what + ", MiB allocated",
                    allocatedBytes(heat, residency, topology) / MIB, 64));
        }
        return figures;
    }

    private PairedRatio againstSort(HeatSnapshot heat, Residency residency, Topology topology) {
        double[] planNs = new double[PAIRS];
        double[] sortNs = new double[PAIRS];
        for (int i = -WARM_UP; i < PAIRS; i++) {
            long[] numbers = random.longs(PAGES).toArray();
            long startNs = System.nanoTime();
            Arrays.sort(numbers);
            long sortedNs = System.nanoTime();
            plan(heat, residency, topology);
            if (i >= 0) {
                sortNs[i] = sortedNs - startNs;
                planNs[i] = System.nanoTime() - sortedNs;
            }
        }
        return PairedRatio.of(planNs, sortNs);
    }

    private static long allocatedBytes(HeatSnapshot heat, Residency residency, Topology topology) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        plan(heat, residency, topology);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** A new policy each time, so that no hold of an earlier plan makes it shorter. */
    private static void plan(HeatSnapshot heat, Residency residency, Topology topology) {
        AddressRange all = new AddressRange(
                FIRST_PAGE << PAGE_SHIFT, FIRST_PAGE + PAGES << PAGE_SHIFT, "all");
        int moves = new AutoPolicy(NumaPolicySettings.defaults(), TierRules.of(Tiers.byDistance(topology)),
                List.of(all), MoveCosts.unknown()).plan(NOW_NS, heat, residency, topology).moves().size();
        if (moves == 0) {
            throw new IllegalStateException("the plan is empty: it did not do what is measured");
        }
    }

    /** Stretches of 16 MiB that mostly one node uses, and others now and then. */
    private HeatSnapshot heat() {
        HeatSnapshot heat = new HeatSnapshot(PAGES, NODES);
        heat.begin(NOW_NS, PAGE_SHIFT, EPOCH_SHIFT);
        int[] counts = new int[NODES];
        for (int page = 0; page < PAGES; page++) {
            Arrays.fill(counts, 0);
            for (int sample = 0; sample < SAMPLES_PER_PAGE; sample++) {
                counts[random.nextInt(8) == 0 ? random.nextInt(NODES) : (page >> 12) % NODES]++;
            }
            heat.add(PageHeat.of(FIRST_PAGE + page, counts));
        }
        heat.sortByAddress();
        return heat;
    }

    private static Topology topology(int nodesWithCpus) {
        List<Node> nodes = new ArrayList<>();
        int[][] distances = new int[NODES][NODES];
        for (int i = 0; i < NODES; i++) {
            BitSet cpus = new BitSet();
            cpus.set(i, i < nodesWithCpus ? i + 1 : i);
            nodes.add(new Node(i, cpus, NODE_BYTES, NODE_BYTES / 2));
            for (int j = 0; j < NODES; j++) {
                distances[i][j] = i == j ? 10 : 12 + (i ^ j);
            }
        }
        return new Topology(nodes, distances);
    }
}
