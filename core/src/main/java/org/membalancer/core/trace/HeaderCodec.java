// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Writes and reads the header block. Its count is the number of nodes. */
final class HeaderCodec {
    private HeaderCodec() {
    }

    static void write(TraceHeader header, PayloadWriter to) {
        to.unsigned(header.startNs());
        to.unsigned(header.startUnixMs());
        to.unsigned(header.pageShift());
        to.text(header.source());
        to.unsigned(header.rateHz());
        to.text(header.recorder());
        to.text(header.target());
        List<Node> nodes = header.topology().nodes();
        for (Node node : nodes) {
            to.unsigned(node.nodeId());
            to.text(CpuList.format(node.cpus()));
            to.unsigned(node.totalBytes());
            to.unsigned(node.freeBytes());
        }
        for (Node from : nodes) {
            for (Node other : nodes) {
                to.unsigned(header.topology().distance(from.nodeId(), other.nodeId()));
            }
        }
    }

    static TraceHeader read(PayloadReader from, int nodeCount) throws TraceException {
        long startNs = from.upTo(Long.MAX_VALUE, "start");
        long startUnixMs = from.upTo(Long.MAX_VALUE, "time of day");
        int pageShift = from.upTo(Long.SIZE - 2, "page shift");
        String source = from.text("source");
        int rateHz = from.upTo(Integer.MAX_VALUE, "rate");
        String recorder = from.text("recorder");
        String target = from.text("target");
        return new TraceHeader(startNs, startUnixMs, pageShift, source, rateHz, recorder, target,
                readTopology(from, nodeCount));
    }

    private static Topology readTopology(PayloadReader from, int nodeCount) throws TraceException {
        if (nodeCount < 1 || nodeCount > TraceFormat.MAX_NODE_ID + 1) {
            throw from.wrong("nodes must be 1.." + (TraceFormat.MAX_NODE_ID + 1) + ": nodes=" + nodeCount);
        }
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < nodeCount; i++) {
            Node node = readNode(from);
            if (i > 0 && node.nodeId() <= nodes.get(i - 1).nodeId()) {
                throw from.wrong("node ids must ascend: node id=" + node.nodeId());
            }
            nodes.add(node);
        }
        int[][] distances = new int[nodeCount][nodeCount];
        for (int[] row : distances) {
            for (int i = 0; i < nodeCount; i++) {
                row[i] = from.upTo(Integer.MAX_VALUE, "distance");
            }
        }
        return new Topology(nodes, distances);
    }

    private static Node readNode(PayloadReader from) throws TraceException {
        int nodeId = from.upTo(TraceFormat.MAX_NODE_ID, "node id");
        BitSet cpus = readCpus(from);
        return new Node(nodeId, cpus, from.upTo(Long.MAX_VALUE, "memory"), from.upTo(Long.MAX_VALUE, "free memory"));
    }

    private static BitSet readCpus(PayloadReader from) throws TraceException {
        String list = from.text("CPUs");
        try {
            return CpuList.parse(list);
        } catch (IllegalArgumentException e) {
            throw from.wrong(Text.oneLine(e.getMessage()));
        }
    }
}
