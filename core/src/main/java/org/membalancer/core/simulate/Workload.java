// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;

/**
 * What a process does and where its pages lie when it begins.
 *
 * @param threads that run all the time: each is sampled
 * @param places node id of every page at the start
 * @param phases one after the other
 */
record Workload(int threads, int[] places, List<Phase> phases) {

    Workload {
        phases = List.copyOf(phases);
    }

    int pages() {
        return places.length;
    }

    int steps() {
        return phases.stream().mapToInt(Phase::steps).sum();
    }

    /** Above the number of each crew. */
    int crewLimit() {
        return 1 + phases.stream().flatMap(phase -> phase.streams().stream()).mapToInt(Stream::crew).max().orElse(0);
    }
}
