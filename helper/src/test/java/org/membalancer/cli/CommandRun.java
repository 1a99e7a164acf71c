// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One program that ran to its end, and what it printed. */
record CommandRun(int exitCode, String out, String err) {

    static CommandRun of(List<String> command) throws IOException, InterruptedException {
        return of(builder(command));
    }

    static CommandRun of(ProcessBuilder builder) throws IOException, InterruptedException {
        Path err = Files.createTempFile("command", ".err");
        try {
            Process process = builder.redirectError(err.toFile()).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new CommandRun(process.waitFor(), out, Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }

    /**
     * Has programs run with the Java that runs this test, and heed Ctrl-C also where the tests themselves run in the background of
     * a shell, which has its jobs ignore it.
     */
    static ProcessBuilder builder(List<String> command) {
        List<String> heeding = new ArrayList<>(List.of("env", "--default-signal=INT"));
        heeding.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(heeding);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MEMBALANCER_HELPER");
        return builder;
    }
}
