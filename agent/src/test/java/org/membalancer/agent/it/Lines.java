// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The lines of a stream as they come, read by a thread of its own; others wait for them. */
final class Lines {
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final String name;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    Lines(String name, InputStream stream) {
        this.name = name;
        Thread reader = new Thread(() -> read(stream), name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits for a line in which the pattern is found, from the first line on. */
    String await(String pattern) throws InterruptedException {
        return await(pattern, 1);
    }

    /** Waits for the n-th line in which the pattern is found. */
    synchronized String await(String pattern, int n) throws InterruptedException {
        Pattern wanted = Pattern.compile(pattern);
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            List<String> found = lines.stream().filter(l -> wanted.matcher(l).find()).toList();
            if (found.size() >= n) {
                return found.get(n - 1);
            }
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (ended || leftMs <= 0) {
                throw new AssertionError((ended ? "ended without" : "waited too long for") + " line " + n + " with /"
                        + pattern + "/ on " + name + ":\n" + String.join("\n", lines));
            }
            wait(leftMs);
        }
    }

    /** Waits for the end of the stream; all its lines. */
    synchronized List<String> awaitEnd() throws InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!ended) {
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new AssertionError("no end of " + name + ":\n" + String.join("\n", lines));
            }
            wait(leftMs);
        }
        return List.copyOf(lines);
    }

    /** How many lines so far contain the pattern. */
    synchronized long count(String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        return lines.stream().filter(l -> wanted.matcher(l).find()).count();
    }

    private void read(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }
}
