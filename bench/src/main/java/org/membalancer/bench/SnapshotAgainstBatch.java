// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How much faster one snapshot is than bpf_map_lookup_batch over the same map, and what it allocates.
 *
 * @param timesFaster batch time over snapshot time
 * @param allocatedBytes by a thousand snapshots, as the thread's own counter has it
 */
record SnapshotAgainstBatch(double timesFaster, long allocatedBytes) {

    /** Starts a helper that samples page faults, and measures both in one process. */
    static SnapshotAgainstBatch run(Artifacts artifacts) throws IOException, RunnerException {
        Path batchResult = Files.createTempFile("membalancer-bench", ".batch");
        Path allocationResult = Files.createTempFile("membalancer-bench", ".allocation");
        try (RunningHelper helper = RunningHelper.start(artifacts, "--source", "faults",
                "--table-slots", String.valueOf(SnapshotBenchmark.SLOTS))) {
            Collection<RunResult> results = new Runner(new OptionsBuilder()
                    .include(SnapshotBenchmark.class.getSimpleName())
                    .jvmArgsAppend(
                            "-D" + SnapshotBenchmark.SOCKET + "=" + helper.socket(),
                            "-D" + SnapshotBenchmark.TOP + "=" + artifacts.top(),
                            "-D" + SnapshotBenchmark.BATCH_RESULT + "=" + batchResult,
                            "-D" + SnapshotBenchmark.ALLOCATION_RESULT + "=" + allocationResult)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build()).run();
            RunResult result = results.iterator().next();
            double batchNs = Double.parseDouble(Files.readString(batchResult).strip());
            return new SnapshotAgainstBatch(batchNs / result.getPrimaryResult().getScore(),
                    Long.parseLong(Files.readString(allocationResult)));
        } finally {
            Files.delete(batchResult);
            Files.delete(allocationResult);
        }
    }
}
