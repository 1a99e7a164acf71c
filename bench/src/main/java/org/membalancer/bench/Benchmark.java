// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.util.List;

/** One benchmark: a name to run it by, and the figures that it yields. */
interface Benchmark {

    /** As in {@code make bench BENCH_ONLY=name}. */
    String name();

    /**
     * Measures. Runs for some minutes at most.
     *
     * @throws Exception when something that was to be measured did not run; there is no figure then
     */
    List<Figure> run(Artifacts artifacts) throws Exception;
}
