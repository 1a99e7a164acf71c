// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.membalancer.core.topology.Node;

/**
 * The C prototype's memory mode with its default options, as its source says: 25 samples per second and CPU; rounds of
 * 500 samples and half a second of idleness; distance-weighted cost with a margin of ten per cent, twice; the whole
 * aligned 1 MiB around every page that is to move, 8192 pages a round at most; no memory of earlier rounds.
 *
 * <p>With defects: only one in 400 of each node's samples is looked at, and it needs a quarter of a per cent of all
 * samples; samples are stored at an index that counts all nodes' samples but looked up by a count of the node's own,
 * which is never reset, so that some are lost and old ones are seen again; a page's count advances only at each eighth
 * hit. Without: all samples of the round, if they have the hundredth of a per cent that its option promises.
 */
final class Prototype implements Placer {
    private static final double RATE_HZ = 25;
    private static final int MIN_SAMPLES = 500;
    private static final int MIN_DENSE_PAGES = 16;
    private static final int DENSE_COUNT = 2;
    private static final int HITS_PER_ADVANCE = 8;
    private static final long IDLE_NS = 500_000_000L;
    private static final int BLOCK_PAGES = 256;
    private static final int MAX_PAGES_PER_ROUND = 8192;
    private static final int MAX_ENTRIES = 1 << 16;
    private static final double MARGIN = 1.1;
    private static final double MIN_FREE_PERCENT = 10;
    private static final double MIN_PERCENT_WIRED = 0.25;
    private static final double MIN_PERCENT_PROMISED = 0.01;

    private final boolean hasDefects;
    private final Sampler sampler;
    private final Map<Integer, Entry> entries = new LinkedHashMap<>();
    private Entry[][] arrays;
    private int[] arrayCounts;
    private long samples;
    private long idleUntilNs;

    Prototype(long seed, boolean hasDefects) {
        this.hasDefects = hasDefects;
        this.sampler = new Sampler(RATE_HZ, seed);
    }

    @Override
    public void phase(World world, int index) {
        if (index == 0) {
            arrays = new Entry[world.machine().nodeIdLimit()][MAX_ENTRIES];
            arrayCounts = new int[world.machine().nodeIdLimit()];
        }
    }

    @Override
    public void step(World world, long nowNs) {
        if (nowNs <= idleUntilNs) {
            return;
        }
        int limit = world.machine().nodeIdLimit();
        sampler.sample(world, world.phase(), (page, stream) -> {
            samples++;
            entries.computeIfAbsent(page, key -> new Entry(page, limit)).hit(stream.cpuNodeId(), hasDefects);
        });
        if (samples >= MIN_SAMPLES && isDense()) {
            round(world);
            entries.clear();
            samples = 0;
            idleUntilNs = nowNs + IDLE_NS;
        }
    }

    /** Counts that mean something, or a table that is full. */
    private boolean isDense() {
        return entries.size() >= MAX_ENTRIES
                || entries.values().stream().filter(entry -> entry.hits >= DENSE_COUNT).count() >= MIN_DENSE_PAGES;
    }

    private void round(World world) {
        int moved = 0;
        for (List<Entry> ofNode : hasDefects ? storedEntries(world) : roundEntries(world)) {
            for (Entry entry : ofNode) {
                int target = target(world, entry);
                if (target >= 0 && moved < MAX_PAGES_PER_ROUND) {
                    moved += BLOCK_PAGES;
                    moveBlock(world, entry.page, target);
                }
            }
        }
    }

    /** By the node that they lie on: the round's samples that are hot enough. */
    private List<List<Entry>> roundEntries(World world) {
        List<List<Entry>> byNode = new ArrayList<>();
        for (int nodeId = 0; nodeId < arrays.length; nodeId++) {
            int place = nodeId;
            byNode.add(entries.values().stream().filter(entry -> world.placeOf(entry.page) == place)
                    .filter(entry -> entry.count * 100.0 / samples >= MIN_PERCENT_PROMISED)
                    .sorted(Entry.HOTTEST_FIRST).toList());
        }
        return byNode;
    }

    /** What the wrong index and the count without reset leave of the samples, old ones among them. */
    private List<List<Entry>> storedEntries(World world) {
        int index = 0;
        for (Entry entry : entries.values()) {
            int place = world.placeOf(entry.page);
            arrays[place][index++ % MAX_ENTRIES] = entry;
            arrayCounts[place] = Math.min(MAX_ENTRIES, arrayCounts[place] + 1);
        }
        List<List<Entry>> byNode = new ArrayList<>();
        for (int nodeId = 0; nodeId < arrays.length; nodeId++) {
            java.util.Arrays.sort(arrays[nodeId], 0, arrayCounts[nodeId],
                    Comparator.nullsLast(Entry.HOTTEST_FIRST));
            byNode.add(hottest(arrays[nodeId], (int) (arrayCounts[nodeId] * MIN_PERCENT_WIRED / 100)));
        }
        return byNode;
    }

    private List<Entry> hottest(Entry[] sorted, int most) {
        List<Entry> hot = new ArrayList<>();
        for (int i = 0; i < most && sorted[i] != null; i++) {
            if (sorted[i].count * 100.0 / samples >= MIN_PERCENT_WIRED) {
                hot.add(sorted[i]);
            }
        }
        return hot;
    }

    private static int target(World world, Entry entry) {
        int from = world.placeOf(entry.page);
        double least = weight(world, entry, from);
        double here = least;
        int target = -1;
        for (Node node : world.machine().topology().nodes()) {
            int to = node.nodeId();
            double weight = weight(world, entry, to);
            if (to != from && MARGIN * weight < least && hasFree(world, to)) {
                least = weight;
                target = to;
            }
        }
        return MARGIN * least <= here ? target : -1;
    }

    private static double weight(World world, Entry entry, int nodeId) {
        double weight = 0;
        for (Node node : world.machine().topology().nodes()) {
            weight += (double) entry.byNode[node.nodeId()]
                    * world.machine().topology().distance(nodeId, node.nodeId());
        }
        return weight;
    }

    private static boolean hasFree(World world, int nodeId) {
        return world.freePages(nodeId) * 100.0 >= MIN_FREE_PERCENT * world.machine().capacityPages(nodeId)
                && world.machine().capacityPages(nodeId) > 0;
    }

    private static void moveBlock(World world, int page, int nodeId) {
        int first = page - page % BLOCK_PAGES;
        for (int i = first; i < Math.min(first + BLOCK_PAGES, world.pages()); i++) {
            world.move(i, nodeId);
        }
    }

    /** One page in the kernel's map of samples. */
    private static final class Entry {
        static final Comparator<Entry> HOTTEST_FIRST =
                Comparator.comparingInt((Entry entry) -> entry.count).reversed();

        private final int page;
        private final int[] byNode;
        private int hits;
        private int count;

        Entry(int page, int nodeIdLimit) {
            this.page = page;
            this.byNode = new int[nodeIdLimit];
        }

        void hit(int cpuNodeId, boolean isDeferred) {
            hits++;
            byNode[cpuNodeId]++;
            if (!isDeferred || hits == 1) {
                count++;
            } else if (hits % HITS_PER_ADVANCE == 0) {
                count = hits;
            }
        }
    }
}
