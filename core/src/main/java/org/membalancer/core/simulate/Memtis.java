// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;
import org.membalancer.core.topology.Node;

/**
 * MEMTIS's rules for base pages, modelled: samples are counted per page, pages fall into bins by the logarithm of their
 * count, and the hot set is as many of the top bins as fit the fast tier. The bin below is warm, which stays where it
 * is, if the hot set leaves a quarter of the tier empty. Twice a second colder pages are demoted as far as hotter ones
 * need their room. Counts are halved every two million samples. Nodes with CPUs are one tier; NUMA does not matter.
 */
final class Memtis implements Placer {
    private static final long TICK_NS = 500_000_000L;
    private static final int BINS = 16;
    private static final int BASE_PAGE_SHIFT = 9;
    private static final long SAMPLES_PER_COOLING = 2_000_000;
    private static final double FREE_SHARE = 0.02;
    private static final double FULL_SHARE = 0.75;

    private final Sampler sampler;
    private List<Node> fast = List.of();
    private List<Node> slow = List.of();
    private long[] counts;
    private long samples;
    private long nextTickNs;

    Memtis(SimulationSettings settings) {
        sampler = new Sampler(settings.sampleRateHz(), settings.seed());
    }

    @Override
    public void phase(World world, int index) {
        if (index == 0) {
            List<Node> nodes = world.machine().topology().nodes();
            fast = nodes.stream().filter(node -> node.hasMemory() && node.hasCpus()).toList();
            slow = nodes.stream().filter(node -> node.hasMemory() && !node.hasCpus()).toList();
            counts = new long[world.pages()];
        }
    }

    @Override
    public void step(World world, long nowNs) {
        sampler.sample(world, world.phase(), (page, stream) -> count(page));
        if (nowNs >= nextTickNs && !slow.isEmpty()) {
            nextTickNs = nowNs + TICK_NS;
            tick(world);
        }
    }

    private void count(int page) {
        counts[page]++;
        samples++;
        if (samples % SAMPLES_PER_COOLING == 0) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] >>= 1;
            }
        }
    }

    private void tick(World world) {
        long[] pagesInBin = new long[BINS];
        for (int page = 0; page < counts.length; page++) {
            pagesInBin[bin(page)]++;
        }
        long room = 0;
        for (Node node : fast) {
            room += (long) (world.machine().capacityPages(node.nodeId()) * (1 - FREE_SHARE));
        }
        int hotBin = BINS;
        long hotPages = 0;
        while (hotBin > 1 && hotPages + pagesInBin[hotBin - 1] <= room) {
            hotBin--;
            hotPages += pagesInBin[hotBin];
        }
        int coldBelow = hotPages < FULL_SHARE * room ? hotBin - 1 : hotBin;
        exchange(world, hotBin, coldBelow);
    }

    /** Promotes from the hot bins; where a node is full, a cold page makes way. */
    private void exchange(World world, int hotBin, int coldBelow) {
        int cold = 0;
        for (int page = 0; page < counts.length; page++) {
            if (bin(page) < hotBin || !isOn(slow, world.placeOf(page))) {
                continue;
            }
            while (target(world, fast) < 0 && cold < counts.length) {
                if (isOn(fast, world.placeOf(cold)) && bin(cold) < coldBelow && target(world, slow) >= 0) {
                    world.move(cold, target(world, slow));
                }
                cold++;
            }
            int to = target(world, fast);
            if (to < 0) {
                return;
            }
            world.move(page, to);
        }
    }

    /** The first node that keeps its reserve with one page more; -1: none. */
    private static int target(World world, List<Node> tier) {
        for (Node node : tier) {
            if (world.freePages(node.nodeId()) > FREE_SHARE * world.machine().capacityPages(node.nodeId())) {
                return node.nodeId();
            }
        }
        return -1;
    }

    private static boolean isOn(List<Node> tier, int nodeId) {
        return tier.stream().anyMatch(node -> node.nodeId() == nodeId);
    }

    private int bin(int page) {
        long scaled = counts[page] << BASE_PAGE_SHIFT;
        return scaled == 0 ? 0 : Math.min(BINS - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(scaled));
    }
}
