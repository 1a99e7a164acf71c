// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built artifacts that benchmarks run, found below the top of the source tree.
 *
 * @param top of the source tree
 */
record Artifacts(Path top) {

    Path helper() {
        return existing("build/helper/membalancer-helper");
    }

    Path agentJar() {
        return existing("agent/target/membalancer-agent.jar");
    }

    Path examplesJar() {
        return existing("examples/target/membalancer-examples.jar");
    }

    Path hotSet() {
        return existing("build/examples/hot-set");
    }

    Path bpfCost() {
        return existing("build/bench/bpf-cost");
    }

    Path timerTicks() {
        return existing("build/bench/timer-ticks");
    }

    Path batchLookup() {
        return existing("build/bench/batch-lookup");
    }

    /** The java of the JVM that runs this. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Its jcmd. */
    static Path jcmd() {
        return Path.of(System.getProperty("java.home"), "bin", "jcmd");
    }

    private Path existing(String relative) {
        Path path = top.resolve(relative);
        if (!Files.exists(path)) {
            throw new IllegalStateException("not built: " + path + " (run `make build`)");
        }
        return path;
    }
}
