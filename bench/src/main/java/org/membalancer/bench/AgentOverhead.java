// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.NativeLibraryException;

/**
 * Operations per CPU second of the Java hot-set, of all that its process uses, with the agent at 997 Hz against without.
 *
 * <p>An agent cannot be unloaded, so a JVM runs without it first, then it is loaded, and the JVM runs on. Each round has
 * three such JVMs: one in which nothing is loaded at that point, one with the agent in mode report, one in mode balance.
 * What the first one's second part differs by from its first is the drift of a running JVM, and is taken off the others.
 */
final class AgentOverhead implements Benchmark {
    private static final int RATE_HZ = 997;
    private static final int MAX_ROUNDS = 40;
    private static final long MAX_NS = 300_000_000_000L;
    private static final double NARROW = 0.005;
    private static final long WARM_UP_CPU_NS = 2_000_000_000L;
    private static final long SETTLE_CPU_NS = 1_500_000_000L;
    private static final long PART_CPU_NS = 2_500_000_000L;

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public List<Figure> run(Artifacts artifacts)
            throws IOException, InterruptedException, NativeLibraryException {
        NativeLibrary.load();
        List<Double> report = new ArrayList<>();
        List<Double> balance = new ArrayList<>();
        try (RunningHelper helper = RunningHelper.start(artifacts, "--rate", String.valueOf(RATE_HZ))) {
            long startNs = System.nanoTime();
            while (report.size() < PairedRatio.MIN_PAIRS || report.size() < MAX_ROUNDS
                    && System.nanoTime() - startNs < MAX_NS && !(isNarrow(report) && isNarrow(balance))) {
                addRound(artifacts, helper, report, balance);
            }
            System.out.printf(Locale.ROOT, "bench: agent: the cost cap lowered the rate %d times%n",
                    helper.log().lines().filter(line -> line.contains("rate lowered")).count());
        }
        return List.of(
                Figure.of("Java hot-set at 997 Hz, operations per CPU second, agent in mode report / none", ratio(report)),
                Figure.of("Java hot-set at 997 Hz, operations per CPU second, agent in mode balance / none", ratio(balance)));
    }

    /** The order of the modes alternates. */
    private static void addRound(Artifacts artifacts, RunningHelper helper, List<Double> report, List<Double> balance)
            throws IOException, InterruptedException {
        boolean reportFirst = report.size() % 2 == 0;
        double first = change(artifacts, helper, reportFirst ? "report" : "balance");
        double drift = change(artifacts, helper, "");
        double second = change(artifacts, helper, reportFirst ? "balance" : "report");
        report.add((reportFirst ? first : second) - drift);
        balance.add((reportFirst ? second : first) - drift);
    }

    /** Logarithm of a JVM's speed in its second part over that in its first. */
    private static double change(Artifacts artifacts, RunningHelper helper, String mode)
            throws IOException, InterruptedException {
        try (Workload workload = Workload.startJava(artifacts)) {
            workload.run(WARM_UP_CPU_NS);
            double before = part(workload);
            if (!mode.isEmpty()) {
                load(artifacts, workload, "mode=" + mode + ",quiet=true,socket=" + helper.socket());
            }
            workload.run(SETTLE_CPU_NS);
            long recordedBefore = recorded(helper);
            double change = part(workload) - before;
            if (!mode.isEmpty() && recorded(helper) == recordedBefore) {
                throw new IOException("the helper recorded no sample of the JVM that has the agent in mode " + mode);
            }
            return change;
        }
    }

    /** All CPU time counts, that of the agent's thread, of the compiler and of the collector too. */
    private static double part(Workload workload) throws IOException, InterruptedException {
        long startNs = workload.processCpuNs();
        long operations = workload.run(PART_CPU_NS).operations();
        return new WorkDone(operations, workload.processCpuNs() - startNs).logSpeed();
    }

    private static long recorded(RunningHelper helper) throws IOException {
        try (HelperConnection connection = HelperConnection.connect(helper.socket())) {
            return connection.status().counters().get("recorded");
        }
    }

    private static void load(Artifacts artifacts, Workload workload, String options)
            throws IOException, InterruptedException {
        Commands.linesOf(Artifacts.jcmd().toString(), String.valueOf(workload.pid()), "JVMTI.agent_load",
                artifacts.agentJar().toString(), '"' + options + '"');
    }

    private static boolean isNarrow(List<Double> logs) {
        return ratio(logs).halfWidth() <= NARROW;
    }

    private static PairedRatio ratio(List<Double> logs) {
        return PairedRatio.ofLogs(logs.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
