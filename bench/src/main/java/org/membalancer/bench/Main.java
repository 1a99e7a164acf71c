// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.nio.file.Path;

/** Runs the benchmarks that need a JVM: {@code Main TOP [pairs [seconds]]}, as root. */
public final class Main {
    private static final double SNAPSHOT_LIMIT = 20;

    private Main() {
    }

    /** Prints one line a figure; exits with 1 when one misses its limit. */
    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 3) {
            System.err.println("usage: Main TOP [pairs [seconds]]");
            System.exit(2);
        }
        Artifacts artifacts = new Artifacts(Path.of(args[0]).toAbsolutePath());
        int pairs = args.length > 1 ? Integer.parseInt(args[1]) : 6;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 6;

        SnapshotAgainstBatch snapshot = SnapshotAgainstBatch.run(artifacts);
        boolean fast = snapshot.timesFaster() >= SNAPSHOT_LIMIT;
        boolean clean = snapshot.allocatedBytes() == 0;
        System.out.printf("bench: snapshot of %d slots: %.0fx faster than bpf_map_lookup_batch (limit %.0fx): %s%n",
                SnapshotBenchmark.SLOTS, snapshot.timesFaster(), SNAPSHOT_LIMIT, verdict(fast));
        System.out.printf("bench: a thousand snapshots allocate %d bytes in steady state (limit 0): %s%n",
                snapshot.allocatedBytes(), verdict(clean));

        AgentOverhead overhead = new AgentOverhead(artifacts, pairs, seconds);
        PairedRatio ratio = overhead.run();
        System.out.printf("bench: Java hot-set, operations with helper and agent at %d Hz against without: %s%n",
                AgentOverhead.RATE_HZ, ratio);
        System.out.printf("bench: runs in which the helper's cost cap lowered that rate: %d of %d%n",
                overhead.throttledRuns(), ratio.pairs());
        System.exit(fast && clean ? 0 : 1);
    }

    private static String verdict(boolean good) {
        return good ? "ok" : "MISSED";
    }
}
