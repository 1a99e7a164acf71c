// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import org.membalancer.core.topology.Topology;

/**
 * What holds for a whole trace. Immutable.
 *
 * @param startNs CLOCK_MONOTONIC when recording began, 0 or more; no sample is older
 * @param startUnixMs the time of day then, milliseconds since 1970
 * @param pageShift bits between an address and its page number, 0 to 62
 * @param source where samples came from, a name such as {@code ibs} or {@code soft}
 * @param rateHz samples per second and CPU that were asked for; 0: every event
 * @param recorder what wrote it, with version
 * @param target whose samples they are, for people
 * @param topology the machine, as it was at the start
 */
public record TraceHeader(long startNs, long startUnixMs, int pageShift, String source, int rateHz, String recorder,
        String target, Topology topology) {
    private static final int MAX_PAGE_SHIFT = 62;

    /** Checks the numbers. */
    public TraceHeader {
        if (startNs < 0 || startUnixMs < 0 || rateHz < 0) {
            throw new IllegalArgumentException("times and rate must be 0 or more: startNs=" + startNs
                    + " startUnixMs=" + startUnixMs + " rateHz=" + rateHz);
        }
        if (pageShift < 0 || pageShift > MAX_PAGE_SHIFT) {
            throw new IllegalArgumentException("pageShift must be 0.." + MAX_PAGE_SHIFT + ": pageShift=" + pageShift);
        }
    }
}
