// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.ArrayList;
import java.util.List;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.NodeWeights;
import org.membalancer.core.topology.Topology;

/**
 * A machine's memory: nodes, how long an access takes between each pair, and how it slows down under load. Immutable.
 *
 * <p>An idle access takes {@value #LOCAL_NS} ns locally and, elsewhere, {@value #SLIT_TRUTH} of what the SLIT distance
 * claims on top: firmware exaggerates, as measured latencies of two-socket machines show. Under load a controller and a
 * link each add a wait that is flat up to 40 % of their bandwidth, doubles the latency at some 80 % and then explodes.
 */
public final class Machine {
    /** Bytes of a page. */
    public static final int PAGE_BYTES = 4096;

    static final double LOCAL_NS = 90;
    static final double SLIT_TRUTH = 0.6;

    private static final double LOCAL_DISTANCE = 10;
    private static final double LINE_BYTES = 64;
    private static final double PAGE_OVERHEAD_NS = 8_000;
    private static final double CONTROLLER_BYTES_PER_NS = 10;
    private static final double MEMORY_ONLY_BYTES_PER_NS = 5;
    private static final double LINK_BYTES_PER_NS = 8;
    private static final double LINEAR_ABOVE = 0.95;
    private static final double MARGIN_ACCESSES = 1_000;

    private final Topology topology;
    private final int nodeIdLimit;
    private final double[][] idleNs;
    private final double mostWeight;

    private Machine(Topology topology) {
        this.topology = topology;
        this.nodeIdLimit = topology.nodeIdLimit();
        this.mostWeight = topology.nodes().stream().filter(Node::hasCpus)
                .mapToDouble(node -> topology.weights().weight(node.nodeId())).max().orElse(1);
        this.idleNs = new double[nodeIdLimit][nodeIdLimit];
        for (Node from : topology.nodes()) {
            for (Node to : topology.nodes()) {
                double further = topology.distance(from.nodeId(), to.nodeId()) / LOCAL_DISTANCE - 1;
                idleNs[from.nodeId()][to.nodeId()] = LOCAL_NS * (1 + SLIT_TRUTH * further);
            }
        }
    }

    /** A machine with these nodes and distances. */
    public static Machine of(Topology topology) {
        return new Machine(topology);
    }

    /** The same machine with other amounts of memory, all of it free. */
    Machine withPages(long[] pagesByNodeId) {
        List<Node> nodes = new ArrayList<>();
        for (Node node : topology.nodes()) {
            long bytes = pagesByNodeId[node.nodeId()] * PAGE_BYTES;
            nodes.add(new Node(node.nodeId(), node.cpus(), bytes, bytes));
        }
        return new Machine(new Topology(nodes, distances(), topology.weights()));
    }

    /** The same machine with controllers whose bandwidths are to each other as these weights; the best keeps what it had. */
    Machine withWeights(NodeWeights weights) {
        return new Machine(new Topology(topology.nodes(), distances(), weights));
    }

    /** Nodes and distances, with as much memory free as given. */
    Topology topologyWithFree(long[] freePagesByNodeId) {
        List<Node> nodes = new ArrayList<>();
        for (Node node : topology.nodes()) {
            nodes.add(new Node(node.nodeId(), node.cpus(), node.totalBytes(),
                    freePagesByNodeId[node.nodeId()] * PAGE_BYTES));
        }
        return new Topology(nodes, distances(), topology.weights());
    }

    /** Nodes and distances. */
    public Topology topology() {
        return topology;
    }

    /** The highest node id plus one. */
    int nodeIdLimit() {
        return nodeIdLimit;
    }

    /** Pages that fit on a node. */
    long capacityPages(int nodeId) {
        return topology.hasNode(nodeId) ? topology.node(nodeId).totalBytes() / PAGE_BYTES : 0;
    }

    /** What an access takes when nobody else is there. */
    double idleNs(int cpuNodeId, int memoryNodeId) {
        return idleNs[cpuNodeId][memoryNodeId];
    }

    /** Thread time that the move of one page takes: unmapping, copying at the slower end's pace, mapping. */
    double moveNs(int fromNodeId, int toNodeId) {
        double bytesPerNs = Math.min(LINK_BYTES_PER_NS,
                Math.min(controllerBytesPerNs(fromNodeId), controllerBytesPerNs(toNodeId)));
        return PAGE_OVERHEAD_NS + PAGE_BYTES / bytesPerNs;
    }

    /**
     * Time that all accesses of one second wait for memory, in nanoseconds of thread time.
     *
     * @param accesses per second, by the CPU's node and the memory's node
     * @param copiedBytes of the same second, by node: moves pass through the controllers too
     */
    double accessNsPerSecond(double[][] accesses, double[] copiedBytes) {
        double sum = 0;
        for (int to = 0; to < nodeIdLimit; to++) {
            double atNode = 0;
            for (int from = 0; from < nodeIdLimit; from++) {
                atNode += accesses[from][to];
            }
            double load = (atNode * LINE_BYTES + copiedBytes[to]) / 1e9 / controllerBytesPerNs(to);
            for (int from = 0; from < nodeIdLimit; from++) {
                double wait = waitShare(load);
                if (from != to) {
                    wait += waitShare(accesses[from][to] * LINE_BYTES / 1e9 / LINK_BYTES_PER_NS);
                }
                sum += accesses[from][to] * idleNs[from][to] * (1 + wait);
            }
        }
        return sum;
    }

    /** What an access takes under the load of these accesses per second, by the CPU's node and the memory's node. */
    double[][] loadedNs(double[][] accesses) {
        double[][] loaded = new double[nodeIdLimit][nodeIdLimit];
        for (int to = 0; to < nodeIdLimit; to++) {
            double atNode = 0;
            for (int from = 0; from < nodeIdLimit; from++) {
                atNode += accesses[from][to];
            }
            double load = atNode * LINE_BYTES / 1e9 / controllerBytesPerNs(to);
            for (int from = 0; from < nodeIdLimit; from++) {
                double link = from == to ? 0 : waitShare(accesses[from][to] * LINE_BYTES / 1e9 / LINK_BYTES_PER_NS);
                loaded[from][to] = idleNs[from][to] * (1 + waitShare(load) + link);
            }
        }
        return loaded;
    }

    /** What one more access costs all of them together, by the CPU's node and the memory's node. */
    double[][] marginalNs(double[][] accesses) {
        double[] noCopies = new double[nodeIdLimit];
        double before = accessNsPerSecond(accesses, noCopies);
        double[][] marginal = new double[nodeIdLimit][nodeIdLimit];
        for (int from = 0; from < nodeIdLimit; from++) {
            for (int to = 0; to < nodeIdLimit; to++) {
                accesses[from][to] += MARGIN_ACCESSES;
                marginal[from][to] = (accessNsPerSecond(accesses, noCopies) - before) / MARGIN_ACCESSES;
                accesses[from][to] -= MARGIN_ACCESSES;
            }
        }
        return marginal;
    }

    /** What waiting adds at this load, as a share of the idle latency; convex, and finite also beyond saturation. */
    static double waitShare(double load) {
        if (load <= LINEAR_ABOVE) {
            return load * load * load * load / 2 / (1 - load);
        }
        double at = waitShare(LINEAR_ABOVE);
        double slope = (at - waitShare(LINEAR_ABOVE - 1e-4)) / 1e-4;
        return at + slope * (load - LINEAR_ABOVE);
    }

    private double controllerBytesPerNs(int nodeId) {
        return topology.hasNode(nodeId) && topology.node(nodeId).hasCpus()
                ? CONTROLLER_BYTES_PER_NS * topology.weights().weight(nodeId) / mostWeight : MEMORY_ONLY_BYTES_PER_NS;
    }

    private int[][] distances() {
        int count = topology.nodes().size();
        int[][] distances = new int[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                distances[i][j] = topology.distance(topology.nodes().get(i).nodeId(), topology.nodes().get(j).nodeId());
            }
        }
        return distances;
    }
}
