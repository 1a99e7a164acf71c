// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Operations of the Java hot-set with helper and agent against those without either, run in turn.
 *
 * <p>"With" is everything a user pays for: the sampling of both CPUs at 997 Hz, and the agent's duty cycle.
 */
final class AgentOverhead {
    private static final Pattern OPERATIONS = Pattern.compile("operations ([0-9]+)");
    static final int RATE_HZ = 997;

    private final Artifacts artifacts;
    private final int pairs;
    private final int seconds;
    private int throttledRuns;

    AgentOverhead(Artifacts artifacts, int pairs, int seconds) {
        this.artifacts = artifacts;
        this.pairs = pairs;
        this.seconds = seconds;
    }

    /** Runs the pairs, alternating which of the two goes first. */
    PairedRatio run() throws IOException, InterruptedException {
        double[] with = new double[pairs];
        double[] without = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            if (i % 2 == 0) {
                with[i] = operationsWith();
                without[i] = operations(List.of());
            } else {
                without[i] = operations(List.of());
                with[i] = operationsWith();
            }
        }
        return PairedRatio.of(with, without);
    }

    private double operationsWith() throws IOException, InterruptedException {
        try (RunningHelper helper = RunningHelper.start(artifacts, "--rate", String.valueOf(RATE_HZ))) {
            double operations = operations(List.of("-javaagent:" + artifacts.agentJar()
                    + "=mode=balance,quiet=true,socket=" + helper.socket()));
            throttledRuns += helper.log().contains("rate lowered") ? 1 : 0;
            return operations;
        }
    }

    /** Runs with agent in which the helper did not keep its rate. */
    int throttledRuns() {
        return throttledRuns;
    }

    private double operations(List<String> jvmOptions) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Artifacts.java().toString(), "-Xms512m", "-Xmx512m"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", artifacts.examplesJar().toString(), "org.membalancer.examples.HotSet",
                "--size", "256MiB", "--hot-size", "16MiB", "--threads", "2", "--seconds", String.valueOf(seconds)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        int status = process.waitFor();
        Matcher matcher = OPERATIONS.matcher(output);
        if (status != 0 || !matcher.find()) {
            throw new IOException("hot-set failed with status " + status + ": " + output.strip());
        }
        return Double.parseDouble(matcher.group(1));
    }
}
