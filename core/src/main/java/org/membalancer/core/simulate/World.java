// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.Arrays;
import org.membalancer.core.topology.Topology;

/**
 * A machine with a workload on it at one instant: where pages lie, what is accessed, and what it has cost so far.
 *
 * <p>Owned by one thread. Accesses are not played one by one: in each step every page gets its share of its streams,
 * exactly, and only what a policy sees of them is drawn.
 */
final class World {
    /** Length of one step of virtual time. */
    static final double STEP_SECONDS = 0.1;
    /** The same, in nanoseconds. */
    static final long STEP_NS = 100_000_000;

    private final Machine machine;
    private final Workload workload;
    private final int[] places;
    private final long[] freePages;
    private final double[][] rates;
    private final double[][] flows;
    private final double[] copiedBytes;
    private Phase phase;
    private double accesses;
    private double accessNs;
    private double moveNs;
    private double faultNs;
    private long movedPages;
    private long refusedPages;

    World(Machine machine, Workload workload) {
        this.machine = machine;
        this.workload = workload;
        this.places = workload.places().clone();
        this.freePages = new long[machine.nodeIdLimit()];
        this.rates = new double[machine.nodeIdLimit()][workload.pages()];
        this.flows = new double[machine.nodeIdLimit()][machine.nodeIdLimit()];
        this.copiedBytes = new double[machine.nodeIdLimit()];
        this.phase = workload.phases().get(0);
        countFree();
    }

    Machine machine() {
        return machine;
    }

    Workload workload() {
        return workload;
    }

    Phase phase() {
        return phase;
    }

    int pages() {
        return places.length;
    }

    int placeOf(int page) {
        return places[page];
    }

    long freePages(int nodeId) {
        return freePages[nodeId];
    }

    /** Accesses per second to a page from a node: the truth, which only oracles and models of hardware may ask. */
    double rate(int cpuNodeId, int page) {
        return rates[cpuNodeId][page];
    }

    /** What an access takes now, by the CPU's node and the memory's node. */
    double[][] latenciesNs() {
        return machine.loadedNs(flows);
    }

    /** The machine with the memory that is free now. */
    Topology topology() {
        return machine.topologyWithFree(freePages);
    }

    /** Places a page before the run: this costs nothing. */
    void place(int page, int nodeId) {
        if (places[page] != nodeId && freePages[nodeId] > 0) {
            transfer(page, nodeId);
        }
    }

    /** Moves a page; returns whether it did. It does not where the page lies already, or the node is full. */
    boolean move(int page, int nodeId) {
        int from = places[page];
        if (from == nodeId) {
            return false;
        }
        if (freePages[nodeId] <= 0) {
            refusedPages++;
            return false;
        }
        moveThroughFull(page, nodeId);
        return true;
    }

    /** Moves a page also to a full node: for exchanges, after which all nodes must fit again. */
    void moveThroughFull(int page, int nodeId) {
        int from = places[page];
        moveNs += machine.moveNs(from, nodeId);
        copiedBytes[from] += Machine.PAGE_BYTES;
        copiedBytes[nodeId] += Machine.PAGE_BYTES;
        movedPages++;
        transfer(page, nodeId);
    }

    /** Notes thread time lost in page faults that a policy provoked. */
    void fault(double ns) {
        faultNs += ns;
    }

    /** Begins a phase. */
    void begin(Phase next) {
        phase = next;
        phase.ratesInto(rates);
        for (int from = 0; from < flows.length; from++) {
            Arrays.fill(flows[from], 0);
            for (int page = 0; page < places.length; page++) {
                flows[from][places[page]] += rates[from][page];
            }
        }
    }

    /** Lets a step pass. */
    void pass() {
        for (int nodeId = 0; nodeId < copiedBytes.length; nodeId++) {
            copiedBytes[nodeId] /= STEP_SECONDS;
        }
        accesses += phase.accessesPerSecond() * STEP_SECONDS;
        accessNs += machine.accessNsPerSecond(flows, copiedBytes) * STEP_SECONDS;
        Arrays.fill(copiedBytes, 0);
    }

    /** What the run has cost. */
    Cost cost() {
        return new Cost(accesses, accessNs, moveNs, faultNs, movedPages, refusedPages);
    }

    private void transfer(int page, int nodeId) {
        int from = places[page];
        freePages[from]++;
        freePages[nodeId]--;
        for (int cpu = 0; cpu < flows.length; cpu++) {
            flows[cpu][from] -= rates[cpu][page];
            flows[cpu][nodeId] += rates[cpu][page];
        }
        places[page] = nodeId;
    }

    private void countFree() {
        for (int nodeId = 0; nodeId < freePages.length; nodeId++) {
            freePages[nodeId] = machine.capacityPages(nodeId);
        }
        for (int nodeId : places) {
            freePages[nodeId]--;
        }
        for (int nodeId = 0; nodeId < freePages.length; nodeId++) {
            if (freePages[nodeId] < 0) {
                throw new IllegalArgumentException("more pages than node " + nodeId + " has: " + -freePages[nodeId]);
            }
        }
    }
}
