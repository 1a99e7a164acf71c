// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.config.Option;
import org.membalancer.jni.HelperConnection;

/** {@code membalancer status}: the helper's source, rate, cost, groups and counters, once or again and again. */
final class StatusCommand implements Command {
    private static final String WATCH_KEY = "watch";
    private static final Option<Duration> WATCH = Option.duration(WATCH_KEY, Duration.ofSeconds(1),
            Duration.ofMillis(100), Duration.ofHours(24), "prints it again and again, until interrupted");
    /** Cursor to the corner, and everything below it erased: what a terminal of the last 40 years understands. */
    private static final String CLEAR = "\033[H\033[J";

    @Override
    public String name() {
        return "status";
    }

    @Override
    public String summary() {
        return "prints what the helper samples, what became of the samples, and what it costs";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Arguments.flag("json", "prints JSON, with --watch one line each time"))
                .addOption(org.apache.commons.cli.Option.builder().longOpt(WATCH_KEY).hasArg().optionalArg(true)
                        .argName("TIME").desc(WATCH.text() + " (" + WATCH.range() + ", default " + WATCH.standardText()
                                + ")").build())
                .addOption(HelperAccess.socketOption());
    }

    @Override
    public void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        String interval = line.getOptionValue(WATCH_KEY);
        Duration watch = interval == null ? WATCH.standard() : Arguments.parse(WATCH, interval);
        Path socket = Arguments.path(line, HelperAccess.SOCKET).orElse(null);
        Doors.load();
        try (HelperConnection connection = HelperConnection.connect(
                socket == null ? HelperConnection.defaultSocket() : socket)) {
            if (line.hasOption(WATCH_KEY)) {
                watch(connection, watch, line.hasOption("json"), console);
            } else {
                print(HelperState.ask(connection), line.hasOption("json"), true, console.out());
            }
        }
    }

    private static void watch(HelperConnection connection, Duration interval, boolean isJson, Console console)
            throws IOException, InterruptedException {
        boolean isTerminal = !isJson && isTerminal();
        try (StopSignal.Armed stop = console.stop().arm()) {
            boolean isFirst = true;
            do {
                HelperState state = HelperState.ask(connection);
                console.out().print(isTerminal ? CLEAR : isFirst || isJson ? "" : System.lineSeparator());
                print(state, isJson, false, console.out());
                console.out().flush();
                isFirst = false;
            } while (!console.out().checkError() && !stop.await(interval));
        }
    }

    private static void print(HelperState state, boolean isJson, boolean isIndented, PrintStream out) throws IOException {
        if (!isJson) {
            new StatusPrinter(Doors.counterTexts(), out).print(state);
            return;
        }
        try (JsonGenerator json = isIndented ? Json.generator(out) : Json.lineGenerator(out)) {
            StatusJson.write(state, json);
        }
    }

    /** Whether standard output is one; Java's console is there only when standard input is one too. */
    private static boolean isTerminal() throws IOException {
        Path out = Path.of("/proc/self/fd/1");
        return Files.isSymbolicLink(out) && Files.readSymbolicLink(out).toString().matches("/dev/(pts/|tty|console).*");
    }
}
