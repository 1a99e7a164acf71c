// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.PlaceWalk;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

/** A process on a machine whose nodes are small, so that tiers fill up. What a policy plans happens, page by page. */
final class TieredProcess {
    static final long BASE_ADDRESS = 0x7f12_3440_0000L;
    static final int PAGE_BYTES = 4096;
    static final long SECOND_NS = 1_000_000_000L;
    private static final int EPOCH_SHIFT = 33;

    private final Random random;
    private final Topology shape;
    private final long[] capacityPages;
    private final int[] places;
    private final int[] counts;
    private final long[] othersPages;
    private final HeatSnapshot heat;
    private final Residency residency;
    private PlaceWalk walk;
    private long nowNs = 1_000 * SECOND_NS;
    private long movedPages;

    /** A process on nodes with so many pages each; node 0 and 1, where there are so many, have CPUs. */
    TieredProcess(int pages, long seed, int[][] distances, long... capacityPages) {
        this.random = new Random(seed);
        int[] nodeIds = new int[distances.length];
        Arrays.setAll(nodeIds, i -> i);
        this.shape = Topologies.of(distances, 0, nodeIds);
        this.capacityPages = capacityPages.clone();
        this.places = new int[pages];
        this.counts = new int[pages];
        this.othersPages = new long[distances.length];
        this.heat = new HeatSnapshot(pages, distances.length);
        this.residency = new Residency(pages);
        walkInSteps(pages);
    }

    List<AddressRange> range() {
        return List.of(new AddressRange(address(0), address(places.length), "all"));
    }

    /** Where pages lie is seen only so many of them in a round, as of a process that is too large for more. */
    void walkInSteps(int pagesPerRound) {
        walk = new PlaceWalk((pid, count, addresses, nodes, statuses) -> {
            for (int i = 0; i < count; i++) {
                statuses.put(i, places[(int) ((addresses.get(i) - BASE_ADDRESS) / PAGE_BYTES)]);
            }
            return 0;
        }, 0, pagesPerRound, PAGE_BYTES);
    }

    static long address(int page) {
        return BASE_ADDRESS + (long) page * PAGE_BYTES;
    }

    void place(int firstPage, int pages, int nodeId) {
        Arrays.fill(places, firstPage, firstPage + pages, nodeId);
    }

    int placeOf(int page) {
        return places[page];
    }

    void touch(int page, int samples) {
        counts[page] += samples;
    }

    /** Other processes have so much of a node. */
    void crowd(int nodeId, long pages) {
        othersPages[nodeId] = pages;
    }

    Random random() {
        return random;
    }

    long movedPages() {
        return movedPages;
    }

    long pagesOn(int nodeId) {
        return Arrays.stream(places).filter(place -> place == nodeId).count();
    }

    double shareOn(int firstPage, int pages, int nodeId) {
        return Arrays.stream(places, firstPage, firstPage + pages).filter(place -> place == nodeId).count()
                / (double) pages;
    }

    /**
     * A second later, one round; its moves happen in their order.
     *
     * @throws AssertionError if a node is over its capacity after any of them
     */
    MigrationPlan balance(PlacementPolicy policy) {
        nowNs += SECOND_NS;
        fill();
        policy.placeWindow(walk.step(range()));
        MigrationPlan plan = policy.plan(nowNs, heat, residency, topology());
        for (BlockMove move : plan.moves()) {
            int first = (int) ((move.startAddress() - BASE_ADDRESS) / PAGE_BYTES);
            for (int page = first; page < first + move.bytes() / PAGE_BYTES; page++) {
                movedPages += places[page] == move.toNodeId() ? 0 : 1;
                places[page] = move.toNodeId();
            }
            if (pagesOn(move.toNodeId()) + othersPages[move.toNodeId()] > capacityPages[move.toNodeId()]) {
                throw new AssertionError("node " + move.toNodeId() + " is over its " + capacityPages[move.toNodeId()]
                        + " pages after " + move);
            }
        }
        return plan;
    }

    private Topology topology() {
        List<Node> nodes = shape.nodes().stream().map(node -> new Node(node.nodeId(), node.cpus(),
                capacityPages[node.nodeId()] * PAGE_BYTES,
                (capacityPages[node.nodeId()] - pagesOn(node.nodeId()) - othersPages[node.nodeId()]) * PAGE_BYTES))
                .toList();
        int count = nodes.size();
        int[][] distances = new int[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                distances[i][j] = shape.distance(i, j);
            }
        }
        return new Topology(nodes, distances);
    }

    private void fill() {
        heat.begin(nowNs, 12, EPOCH_SHIFT);
        for (int page = 0; page < places.length; page++) {
            if (counts[page] > 0) {
                heat.add(new PageHeat(address(page) >>> 12, 0, new int[] {Math.min(65_535, counts[page])}, new int[0],
                        0, 0, 0));
            }
        }
        heat.sortByAddress();
        residency.begin(heat.pageCount());
        for (int i = 0; i < heat.pageCount(); i++) {
            residency.set(i, places[(int) ((heat.pageAddress(i) - BASE_ADDRESS) / PAGE_BYTES)]);
        }
    }
}
