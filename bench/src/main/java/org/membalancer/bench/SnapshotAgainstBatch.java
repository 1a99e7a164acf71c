// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** How much faster one snapshot is than bpf_map_lookup_batch over the same map, and what it allocates. */
final class SnapshotAgainstBatch implements Benchmark {
    private static final double TIMES_FASTER = 20;

    @Override
    public String name() {
        return "snapshot";
    }

    /** Starts a helper that samples page faults, and measures both in one process. */
    @Override
    public List<Figure> run(Artifacts artifacts) throws IOException, RunnerException {
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
            double[] snapshotNs = iterations(results.iterator().next());
            double[] batchNs = Files.readAllLines(batchResult).stream().limit(snapshotNs.length)
                    .mapToDouble(Double::parseDouble).toArray();
            return List.of(
                    Figure.atLeast("snapshot of " + SnapshotBenchmark.SLOTS + " slots, times faster than bpf_map_lookup_batch",
                            PairedRatio.of(batchNs, snapshotNs), TIMES_FASTER),
                    Figure.countAtMost("bytes that a thousand snapshots allocate",
                            Long.parseLong(Files.readString(allocationResult)), 0));
        } finally {
            Files.delete(batchResult);
            Files.delete(allocationResult);
        }
    }

    private static double[] iterations(RunResult result) {
        return result.getBenchmarkResults().iterator().next().getIterationResults().stream()
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore()).toArray();
    }
}
