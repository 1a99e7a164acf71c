// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The helper's state, as its STATUS answer has it. Immutable.
 *
 * @param helperPid the helper's process
 * @param source where samples come from: {@code ibs}, {@code soft}, {@code faults}
 * @param rateAskedHz samples per second and CPU, as asked
 * @param rateHz the same after throttling
 * @param cpuCount CPUs sampled
 * @param groupCount groups that exist
 * @param peerCount connected peers
 * @param maxCpuPermille cap on the helper's own cost, thousandths of one CPU
 * @param costPermille its cost over the last second, the same unit
 * @param uptimeNs since it started
 * @param runTimeNs spent in BPF programs; 0 where the kernel does not count it
 * @param runCount runs of BPF programs
 * @param tableMemoryBytes of all groups' tables
 * @param requests answered
 * @param requestsRefused answered with an error
 * @param counters every counter by name, in the order of the C header
 * @param dropNames which of the counters are outcomes of a sample other than {@code recorded}
 * @param version of the helper
 * @param why this source, and why none of the better ones; lines
 */
public record SamplingStatus(
        int helperPid, String source, int rateAskedHz, int rateHz, int cpuCount, int groupCount, int peerCount,
        int maxCpuPermille, int costPermille, long uptimeNs, long runTimeNs, long runCount, long tableMemoryBytes,
        long requests, long requestsRefused, Map<String, Long> counters, List<String> dropNames,
        String version, String why) {

    /** Copies the collections, keeping their order. */
    public SamplingStatus {
        counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
        dropNames = List.copyOf(dropNames);
    }

    /** Samples that the source delivered. */
    public long seen() {
        return counters.getOrDefault("seen", 0L);
    }

    /** Samples counted in a table. */
    public long recorded() {
        return counters.getOrDefault("recorded", 0L);
    }

    /** Samples dropped, by reason, those with none left out. */
    public Map<String, Long> drops() {
        Map<String, Long> drops = new LinkedHashMap<>();
        for (String name : dropNames) {
            long count = counters.getOrDefault(name, 0L);
            if (count != 0) {
                drops.put(name, count);
            }
        }
        return drops;
    }

    /**
     * Samples that are in no outcome yet: 0 when nothing samples. While CPUs sample, counters are read one after
     * another, so that a few samples are always between two of them.
     */
    public long unaccounted() {
        return seen() - recorded() - drops().values().stream().mapToLong(Long::longValue).sum();
    }
}
