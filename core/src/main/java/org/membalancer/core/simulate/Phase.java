// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;

/**
 * A stretch of time in which a workload does the same all along.
 *
 * @param steps how long, in steps of the simulation
 * @param streams of accesses, all at the same time
 */
record Phase(int steps, List<Stream> streams) {

    Phase {
        streams = List.copyOf(streams);
    }

    /** Fills in accesses per second by the CPU's node and the page. */
    void ratesInto(double[][] ratesByNodeAndPage) {
        for (double[] rates : ratesByNodeAndPage) {
            java.util.Arrays.fill(rates, 0);
        }
        for (Stream stream : streams) {
            stream.pages().addTo(ratesByNodeAndPage[stream.cpuNodeId()], stream.accessesPerSecond());
        }
    }

    double accessesPerSecond() {
        return streams.stream().mapToDouble(Stream::accessesPerSecond).sum();
    }
}
