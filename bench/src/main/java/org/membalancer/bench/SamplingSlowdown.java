// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.NativeLibraryException;

/** Operations per CPU second of a workload while it is sampled, against the same process while it is not. */
final class SamplingSlowdown implements Benchmark {
    private static final double LIMIT = 0.99;
    private static final int USUAL_RATE_HZ = 997;
    private static final int HIGH_RATE_HZ = 4000;

    /** Where the workload comes from. */
    @FunctionalInterface
    private interface Start {
        Workload start(Artifacts artifacts) throws IOException, InterruptedException;
    }

    @Override
    public String name() {
        return "slowdown";
    }

    @Override
    public List<Figure> run(Artifacts artifacts)
            throws IOException, InterruptedException, NativeLibraryException {
        NativeLibrary.load();
        List<Figure> figures = new ArrayList<>();
        // the usual rate as a user has it; the high one under the highest cap there is, else the helper would lower it
        measure(figures, artifacts, "C hot-set", Workload::startC, USUAL_RATE_HZ);
        measure(figures, artifacts, "Java hot-set", Workload::startJava, USUAL_RATE_HZ);
        measure(figures, artifacts, "C hot-set", Workload::startC, HIGH_RATE_HZ, "--max-cpu-percent", "3");
        measure(figures, artifacts, "Java hot-set", Workload::startJava, HIGH_RATE_HZ, "--max-cpu-percent", "3");
        return figures;
    }

    private static void measure(List<Figure> figures, Artifacts artifacts, String workloadName, Start start, int rateHz,
            String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("--rate", String.valueOf(rateHz)));
        words.addAll(List.of(options));
        try (RunningHelper helper = RunningHelper.start(artifacts, words.toArray(String[]::new));
                Workload workload = start.start(artifacts);
                TimerTicks ticks = new TimerTicks(artifacts, rateHz);
                SamplingSwitch sampling = new SamplingSwitch(helper, workload.pid())) {
            SlowdownRun run = new SlowdownRun(workload, ticks, sampling);
            run.measure();
            String name = workloadName + " at " + rateHz + " Hz, ";
            PairedRatio speed = run.ratio(SlowdownRun.SAMPLED, SlowdownRun.IDLE);
            String title = name + "speed sampled / not";
            figures.add(rateHz == USUAL_RATE_HZ ? Figure.atLeast(title, speed, LIMIT) : Figure.of(title, speed));
            figures.add(Figure.of(name + "speed with the bare timer / without",
                    run.ratio(SlowdownRun.TICKS, SlowdownRun.IDLE)));
            figures.add(Figure.of(name + "speed sampled / with the bare timer",
                    run.ratio(SlowdownRun.SAMPLED, SlowdownRun.TICKS)));
            figures.add(Figure.share(name + "BPF time / CPU time of the workload", run.bpfShare()));
            System.out.printf(Locale.ROOT, "bench: %ssource %s; the cost cap lowered the rate in %d of %d windows%n",
                    name, sampling.status().source(), run.loweredWindows(), run.sampledWindows());
        }
    }
}
