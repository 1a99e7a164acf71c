// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a helper is doing, at the instant it was asked. Immutable.
 *
 * @param helperPid the helper, as the initial pid namespace counts
 * @param source where samples come from, one of {@link AbiLayout#sourceNames}
 * @param rateAskedHz samples per second and CPU, as the helper was told
 * @param rateHz the same, after throttling
 * @param cpuCount CPUs sampled
 * @param groupCount groups that have tables
 * @param peerCount connections
 * @param maxCpuPermille the cap on the helper's own cost, thousandths of one CPU
 * @param costPermille BPF and helper time over the last second, the same unit
 * @param uptimeNs since the helper started
 * @param runTimeNs in BPF, since the start; 0 where the kernel does not count it
 * @param runCount runs of the BPF programs, since the start
 * @param tableMemoryBytes of the tables of all groups
 * @param requests answered, since the start
 * @param requestsRefused answered with an error
 * @param rateRealHz samples per second and CPU over the last second, whatever became of them
 * @param bpfCostPermille the part of {@code costPermille} that is time in BPF
 * @param eventCount perf events that are open
 * @param eventsThrottled times that the kernel stopped one for sampling too much; 0 where it does
 *     not say
 * @param targets processes that are sampled now
 * @param counters by the names of {@link AbiLayout#counterNames}, in that order; those that the
 *     helper has
 * @param version the helper's version
 * @param why why this source, and why none of the better ones: lines
 */
public record HelperStatus(
        int helperPid, String source, int rateAskedHz, int rateHz, int cpuCount,
        int groupCount, int peerCount, int maxCpuPermille, int costPermille,
        long uptimeNs, long runTimeNs, long runCount, long tableMemoryBytes,
        long requests, long requestsRefused, int rateRealHz, int bpfCostPermille,
        int eventCount, long eventsThrottled, long targets, Map<String, Long> counters,
        String version, String why) {

    /** Keeps its own copy of the counters, in their order. */
    public HelperStatus {
        counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
    }
}
