// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs the benchmarks, as root: {@code Main [--strict] [--only NAME] TOP}. */
public final class Main {
    private static final List<Benchmark> BENCHMARKS =
            List.of(new BpfCost(), new SnapshotAgainstBatch(), new PlanAgainstSort(), new PlacementQuality(),
                    new SamplingSlowdown(), new AgentOverhead());

    private Main() {
    }

    /**
     * Prints a table of all figures. Exits with 0, also when a bound is missed, unless {@code --strict} is given; with
     * 1 when something could not be measured; with 2 for a bad command line.
     */
    public static void main(String[] args) throws Exception {
        Deque<String> words = new ArrayDeque<>(List.of(args));
        boolean strict = words.remove("--strict");
        Optional<String> only = Optional.empty();
        if ("--only".equals(words.peek()) && words.size() > 1) {
            words.pop();
            only = Optional.of(words.pop());
        }
        if (words.size() != 1 || words.peek().startsWith("--")) {
            refuse("usage: membalancer-bench [--strict] [--only NAME] TOP; NAME is one of " + names());
        }
        Summary summary = run(new Artifacts(Path.of(words.pop()).toAbsolutePath()), chosen(only));
        summary.lines().forEach(System.out::println);
        System.exit(strict && summary.isAnyMissed() ? 1 : 0);
    }

    private static Summary run(Artifacts artifacts, List<Benchmark> benchmarks) throws Exception {
        Summary summary = new Summary();
        for (Benchmark benchmark : benchmarks) {
            System.out.println("bench: " + benchmark.name() + " ...");
            for (Figure figure : benchmark.run(artifacts)) {
                System.out.println("bench: " + figure); // now: the table comes only when all went well
                summary.add(figure);
            }
        }
        return summary;
    }

    private static List<Benchmark> chosen(Optional<String> only) {
        List<Benchmark> chosen = BENCHMARKS.stream()
                .filter(benchmark -> only.isEmpty() || benchmark.name().equals(only.get())).toList();
        if (chosen.isEmpty()) {
            refuse("--only must be one of " + names() + ": --only=" + only.get());
        }
        return chosen;
    }

    private static String names() {
        return BENCHMARKS.stream().map(Benchmark::name).collect(Collectors.joining(", "));
    }

    private static void refuse(String why) {
        System.err.println("membalancer-bench: " + why);
        System.exit(2);
    }
}
