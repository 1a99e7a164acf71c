// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A private helper for one benchmark, on a socket in a temporary directory. Ends with {@link #close()}. */
final class RunningHelper implements AutoCloseable {
    private final Path directory;
    private final Process process;

    private RunningHelper(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /**
     * Starts a helper and waits until it is ready.
     *
     * @param options besides {@code --foreground} and {@code --socket}
     * @throws IOException if it ends before it is ready; its own line on stderr says why
     */
    static RunningHelper start(Artifacts artifacts, String... options) throws IOException {
        Path directory = Files.createTempDirectory("membalancer-bench");
        List<String> command = new ArrayList<>(List.of(artifacts.helper().toString(), "--foreground",
                "--socket", directory.resolve("helper.sock").toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(directory.resolve("stderr").toFile()).start();
        RunningHelper helper = new RunningHelper(directory, process);
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        if (line == null || !line.contains("ready")) {
            String why = Files.readString(directory.resolve("stderr"));
            helper.close();
            throw new IOException("the helper did not start: " + why.strip());
        }
        return helper;
    }

    /** What it wrote to stderr so far. */
    String log() throws IOException {
        return Files.readString(directory.resolve("stderr"));
    }

    Path socket() {
        return directory.resolve("helper.sock");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(socket());
        Files.deleteIfExists(directory.resolve("stderr"));
        Files.deleteIfExists(directory);
    }
}
