// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A helper of our own, on a socket in a folder that nobody else may enter. It ends when this is closed, when this
 * process exits in whatever way, and when the thread that started it ends: start it on the main thread.
 */
final class PrivateHelper implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;
    private static final int EXIT_USAGE = 2;

    private final Process process;
    private final Path folder;
    private final Thread atExit;

    private PrivateHelper(Process process, Path folder, StopSignal stop) {
        this.process = process;
        this.folder = folder;
        this.atExit = new Thread(() -> {
            stop.awaitCommand(); // which may ask the helper for its last counters
            end();
        }, "membalancer-end-helper");
    }

    /**
     * Starts a helper and waits until it is ready.
     *
     * @param binary the program
     * @param options for it, such as {@code --rate 997}
     * @param stop of the command that uses it
     * @throws UsageException when it does not understand the options, in its own words
     * @throws FailureException when it does not become ready, in its own words
     */
    static PrivateHelper start(Path binary, List<String> options, StopSignal stop)
            throws UsageException, FailureException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("membalancer-"); // 0700
        List<String> command = new ArrayList<>(ownSession());
        command.addAll(List.of(binary.toString(), "--foreground", "--socket", folder.resolve("socket").toString()));
        command.addAll(options);
        PrivateHelper helper;
        try {
            helper = new PrivateHelper(
                    new ProcessBuilder(command).redirectError(log(folder).toFile()).start(), folder, stop);
        } catch (IOException e) {
            removeFolder(folder);
            throw new FailureException("cannot start " + binary + ": " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(helper.atExit);
        try {
            helper.awaitReady();
            return helper;
        } catch (UsageException | FailureException | IOException | InterruptedException e) {
            helper.close();
            throw e;
        }
    }

    /** Where it listens. */
    Path socket() {
        return folder.resolve("socket");
    }

    /** Removes socket and folder, once connected: kill -9 of this process then leaves nothing behind. */
    void hide() throws IOException {
        removeFolder(folder);
    }

    /** Ends it and removes what it left. Idempotent. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            return; // the hook is at work or done; end() is idempotent
        }
    }

    private synchronized void end() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            removeFolder(folder);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println("membalancer: " + folder + " cannot be removed: " + e);
        }
    }

    private void awaitReady() throws UsageException, FailureException, IOException, InterruptedException {
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (out.readLine() != null) {
            return;
        }
        String said = lastLine(Files.readAllLines(log(folder)));
        if (process.waitFor() == EXIT_USAGE) {
            throw new UsageException(said);
        }
        throw new FailureException("the helper did not start: " + said);
    }

    private static String lastLine(List<String> lines) {
        String last = lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
        return last.replaceFirst("^membalancer-helper: ", "");
    }

    private static Path log(Path folder) {
        return folder.resolve("log");
    }

    private static void removeFolder(Path folder) throws IOException {
        Files.deleteIfExists(log(folder));
        Files.deleteIfExists(folder.resolve("socket"));
        Files.deleteIfExists(folder);
    }

    /**
     * A prefix that has the kernel end the helper with us, even by kill -9, but not by the Ctrl-C that asks a command to
     * end in its own way. Only util-linux has it; without it the helper survives kill -9 of this process, and a Ctrl-C
     * ends both at once.
     */
    private static List<String> ownSession() throws InterruptedException {
        List<String> prefix = List.of("setpriv", "--pdeathsig", "TERM", "setsid");
        List<String> probe = new ArrayList<>(prefix);
        probe.add("true");
        try {
            Process process = new ProcessBuilder(probe).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor() == 0 ? prefix : List.of();
        } catch (IOException notInstalled) {
            return List.of();
        }
    }
}
