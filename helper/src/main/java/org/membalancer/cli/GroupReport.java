// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.membalancer.core.report.BlockHeat;
import org.membalancer.core.report.Report;

/**
 * What was seen of several processes. Immutable.
 *
 * @param target whose samples
 * @param processes those with the most samples, first
 * @param processCount all with samples
 * @param aliveCount all that are alive, with samples or not
 * @param samples of all of them, since the report's groups were opened
 * @param notes lines that a reader must know
 */
record GroupReport(String target, List<Entry> processes, int processCount, int aliveCount, long samples,
        List<String> notes) {

    GroupReport {
        processes = List.copyOf(processes);
        notes = List.copyOf(notes);
    }

    /** One process and its memory. */
    record Entry(MemberProcess process, Report report) {

        /** Decayed accesses by the CPU's node. */
        Map<Integer, Double> accessesByNode() {
            Map<Integer, Double> byNode = new TreeMap<>();
            for (BlockHeat block : report.blocks()) {
                for (int nodeId = 0; nodeId < block.accessesByNode().size(); nodeId++) {
                    byNode.merge(nodeId, block.accessesByNode().get(nodeId), Double::sum);
                }
            }
            byNode.values().removeIf(accesses -> accesses <= 0);
            return byNode;
        }

        /** Pages with samples by the node on which they lie. */
        Map<Integer, Double> pagesByNode() {
            Map<Integer, Double> byNode = new TreeMap<>();
            for (BlockHeat block : report.blocks()) {
                block.pagesByNode().forEach((nodeId, pages) -> byNode.merge(nodeId, (double) pages, Double::sum));
            }
            return byNode;
        }
    }

    /** The process's part of the samples of all, 0 to 1. */
    double share(Entry entry) {
        return samples == 0 ? 0 : (double) entry.process.recorded() / samples;
    }
}
