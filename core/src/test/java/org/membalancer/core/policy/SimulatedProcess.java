// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topology;

/**
 * A process whose pages, accesses and sampler are made up: counts decay as in the kernel's table, moves take effect at
 * once. Seeded, so that every run is the same.
 */
final class SimulatedProcess {
    static final long SECOND_NS = 1_000_000_000L;
    static final long BASE_ADDRESS = 0x7f12_3440_0000L;
    static final int PAGE_BYTES = 4096;
    static final int EPOCH_SHIFT = 33;

    private final Random random;
    private final int nodeCount;
    private final int[] places;
    private final int[][] counts;
    private final int[] epochs;
    private final HeatSnapshot heat;
    private final Residency residency;
    private long nowNs = 1_000 * SECOND_NS;
    private long movedPages;

    SimulatedProcess(int pages, int nodeCount, int placeNodeId, long seed) {
        this.random = new Random(seed);
        this.nodeCount = nodeCount;
        this.places = new int[pages];
        Arrays.fill(places, placeNodeId);
        this.counts = new int[pages][nodeCount];
        this.epochs = new int[pages];
        this.heat = new HeatSnapshot(pages, nodeCount);
        this.residency = new Residency(pages);
    }

    static int pages(int mebibytes) {
        return mebibytes << 20 >> 12;
    }

    /** The range of all pages. */
    List<AddressRange> range() {
        return List.of(new AddressRange(address(0), address(places.length), "all"));
    }

    static long address(int page) {
        return BASE_ADDRESS + (long) page * PAGE_BYTES;
    }

    /** A second of so many samples: {@code pageOf} draws a page from a random number, {@code nodeOf} the CPU's node. */
    void run(int samples, IntUnaryOperator pageOf, IntUnaryOperator nodeOf) {
        for (int i = 0; i < samples; i++) {
            nowNs += SECOND_NS / samples;
            int page = pageOf.applyAsInt(random.nextInt(Integer.MAX_VALUE));
            access(page, nodeOf.applyAsInt(page));
        }
    }

    /** Draws from a hot range with the given share, and from all pages otherwise. */
    IntUnaryOperator hot(int firstHotPage, int hotPages, double share) {
        return draw -> random.nextDouble() < share
                ? firstHotPage + draw % hotPages : draw % places.length;
    }

    int randomNode() {
        return random.nextInt(nodeCount);
    }

    void access(int page, int nodeId) {
        age(page);
        counts[page][nodeId]++;
    }

    /** One round of a policy; what it plans happens, and residency follows. */
    MigrationPlan balance(PlacementPolicy policy, Topology topology) {
        MigrationPlan plan = plan(policy, topology);
        for (BlockMove move : plan.moves()) {
            int first = (int) ((move.startAddress() - BASE_ADDRESS) / PAGE_BYTES);
            for (int page = first; page < first + move.bytes() / PAGE_BYTES; page++) {
                movedPages += places[page] == move.toNodeId() ? 0 : 1;
                places[page] = move.toNodeId();
            }
        }
        return plan;
    }

    /** One round of a policy that nobody carries out. */
    MigrationPlan plan(PlacementPolicy policy, Topology topology) {
        fill();
        return policy.plan(nowNs, heat, residency, topology);
    }

    void place(int firstPage, int pages, int nodeId) {
        Arrays.fill(places, firstPage, firstPage + pages, nodeId);
    }

    void pass(long ns) {
        nowNs += ns;
    }

    double shareOn(int firstPage, int pages, int nodeId) {
        int there = 0;
        for (int page = firstPage; page < firstPage + pages; page++) {
            there += places[page] == nodeId ? 1 : 0;
        }
        return (double) there / pages;
    }

    long movedPages() {
        return movedPages;
    }

    HeatSnapshot heat() {
        return heat;
    }

    Residency residency() {
        return residency;
    }

    private void fill() {
        heat.begin(nowNs, 12, EPOCH_SHIFT);
        for (int page = 0; page < places.length; page++) {
            int age = epoch() - epochs[page];
            if (Arrays.stream(counts[page]).sum() > 0) {
                heat.add(new PageHeat(address(page) >>> 12, age, counts[page], new int[0], 0, 0, 0));
            }
        }
        heat.sortByAddress();
        residency.begin(heat.pageCount());
        for (int i = 0; i < heat.pageCount(); i++) {
            residency.set(i, places[(int) ((heat.pageAddress(i) - BASE_ADDRESS) / PAGE_BYTES)]);
        }
    }

    /** Halves counts once per epoch gone by, rounding at random so that the mean is right. */
    private void age(int page) {
        int age = Math.min(31, epoch() - epochs[page]);
        for (int nodeId = 0; age > 0 && nodeId < nodeCount; nodeId++) {
            int count = counts[page][nodeId];
            int rest = count & (1 << age) - 1;
            counts[page][nodeId] = (count >>> age) + (random.nextInt(1 << Math.min(age, 30)) < rest ? 1 : 0);
        }
        epochs[page] = epoch();
    }

    private int epoch() {
        return (int) (nowNs >>> EPOCH_SHIFT);
    }
}
