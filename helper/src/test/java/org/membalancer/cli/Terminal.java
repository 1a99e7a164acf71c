// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A command on a pseudo terminal, and the screen that it draws: of what steers a terminal it understands what membalancer
 * uses, and anything else fails the test.
 */
final class Terminal implements AutoCloseable {
    private static final int ESCAPE = 0x1b;
    private static final char CTRL_C = 3;

    private final Process script;
    private final InputStream out;
    private final StringBuilder screen = new StringBuilder();
    private int clears;

    private Terminal(Process script) {
        this.script = script;
        this.out = script.getInputStream();
    }

    /**
     * Starts the command line in its own session; script(1) makes the terminal and passes the exit code on. What is typed is not
     * echoed: it would be anywhere in what is drawn.
     */
    static Terminal membalancer(String... args) throws IOException {
        String command = "stty -echo && exec " + Tools.TOP.resolve("bin/membalancer") + " " + String.join(" ", args);
        return new Terminal(CommandRun.builder(List.of("script", "--quiet", "--return", "--flush", "--command", command,
                Path.of("/dev/null").toString())).redirectErrorStream(true).start());
    }

    /** Reads until the screen was erased once more; returns what was on it before. */
    String nextScreen() throws IOException {
        int before = clears;
        String drawn = "";
        while (clears == before) {
            drawn = screen.toString();
            assertTrue(readOne(), () -> "ended with the screen\n" + screen);
        }
        return drawn;
    }

    /** Presses Ctrl-C; returns the exit code, once everything that the command writes is on the screen. */
    int interrupt() throws IOException, InterruptedException {
        script.getOutputStream().write(CTRL_C);
        script.getOutputStream().flush();
        boolean isOpen = true;
        while (isOpen) {
            isOpen = readOne();
        }
        return script.waitFor();
    }

    boolean isAlive() {
        return script.isAlive();
    }

    String screen() {
        return screen.toString();
    }

    @Override
    public void close() {
        script.destroy();
    }

    private boolean readOne() throws IOException {
        int next = out.read();
        if (next == ESCAPE) {
            erase(new String(out.readNBytes("[H".length()), StandardCharsets.US_ASCII),
                    new String(out.readNBytes("\033[J".length()), StandardCharsets.US_ASCII));
        } else if (next >= 0 && next != '\r') { // the terminal makes CR LF of each LF
            screen.append((char) next);
        }
        return next >= 0;
    }

    /** Cursor to the corner, and everything from there on erased. */
    private void erase(String home, String below) {
        assertTrue(home.equals("[H") && below.equals("\033[J"), () -> "steers the terminal: " + home + below);
        screen.setLength(0);
        clears++;
    }
}
