// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many samples each process of a trace has. Owned by one thread. Where a trace has very many processes, those with the
 * fewest samples are given up, and their samples counted together, so that memory does not grow with it.
 */
final class ReplayTally {
    private final int maxProcesses;
    private final Map<Integer, Count> byTag = new HashMap<>();
    private Count last = new Count(-1, 0);
    private long samples;
    private long othersSamples;
    private long othersCount;

    /** One process. */
    static final class Count {
        private final int tag;
        private final int tgid;
        private long samples;

        private Count(int tag, int tgid) {
            this.tag = tag;
            this.tgid = tgid;
        }

        /** As the trace has it. */
        int tag() {
            return tag;
        }

        int tgid() {
            return tgid;
        }

        long samples() {
            return samples;
        }
    }

    ReplayTally(int maxProcesses) {
        this.maxProcesses = maxProcesses;
    }

    void add(int tag, int tgid) {
        if (last.tag != tag) {
            last = byTag.computeIfAbsent(tag, any -> new Count(tag, tgid));
            trim();
        }
        last.samples++;
        samples++;
    }

    /** Those with the most samples first. */
    List<Count> counts() {
        return byTag.values().stream()
                .sorted(Comparator.comparingLong(Count::samples).reversed().thenComparingInt(Count::tag)).toList();
    }

    /** Of all processes. */
    long samples() {
        return samples;
    }

    /** Of processes that are not among {@link #counts}. */
    long othersSamples() {
        return othersSamples;
    }

    /** How many those are; one that came back later counts each time. */
    long othersCount() {
        return othersCount;
    }

    private void trim() {
        if (byTag.size() <= maxProcesses) {
            return;
        }
        List<Count> fewest = new ArrayList<>(byTag.values());
        fewest.sort(Comparator.comparingLong(Count::samples));
        for (Count count : fewest.subList(0, fewest.size() / 2)) {
            if (count != last) {
                byTag.remove(count.tag);
                othersSamples += count.samples;
                othersCount++;
            }
        }
    }
}
