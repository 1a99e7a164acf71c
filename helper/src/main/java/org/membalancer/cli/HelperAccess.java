// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;

/** A connection to the running helper or, where there is none, to one of our own that ends with it. */
final class HelperAccess implements AutoCloseable {
    static final String SOCKET = "socket";
    static final String SOURCE = "source";
    private static final String REPLAY = "replay";
    static final String RATE = "rate";
    static final String TABLE_SLOTS = "table-slots";
    static final String CPU_LIST = "cpu-list";
    private static final List<String> HELPER_OPTIONS = List.of(SOURCE, RATE, TABLE_SLOTS, CPU_LIST);

    private final HelperConnection connection;
    private final Optional<PrivateHelper> ownHelper;

    private HelperAccess(HelperConnection connection, Optional<PrivateHelper> ownHelper) {
        this.connection = connection;
        this.ownHelper = ownHelper;
    }

    /** The option that says where the helper listens. */
    static Option socketOption() {
        return Arguments.valued(SOCKET, "PATH", "where the helper listens (default /run/membalancer/helper.sock)");
    }

    /** The options that ask for a helper of our own; it checks their values. */
    static List<Option> ownHelperOptions() {
        return List.of(
                Arguments.valued(SOURCE, "NAME", "starts a helper with this source: auto, ibs, pebs, soft or faults"),
                Arguments.valued(RATE, "HZ", "starts a helper that takes so many samples a second on each CPU"),
                tableSlotsOption(),
                Option.builder("c").longOpt(CPU_LIST).hasArg().argName("LIST")
                        .desc("starts a helper that samples these CPUs: 0-3,7").build());
    }

    /** The option that says how many pages a helper of our own can hold. */
    static Option tableSlotsOption() {
        return Arguments.valued(TABLE_SLOTS, "N", "starts a helper whose table holds so many pages");
    }

    /**
     * Starts a helper of our own for a purpose of ours.
     *
     * @param purpose options that are not the user's
     * @param line the user's, of which {@link #TABLE_SLOTS} counts
     */
    static HelperAccess startFor(List<String> purpose, CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        List<String> options = new ArrayList<>(purpose);
        options.addAll(helperOptions(line));
        return startOwn(options, "", console);
    }

    /**
     * Connects, starting a helper when the options ask for one, or no socket is named and nobody listens at the usual one.
     *
     * @throws UsageException when the options contradict each other or a new helper does not understand them
     * @throws FailureException when there is no helper and none can be started
     * @throws IOException when the helper refuses
     */
    static HelperAccess open(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        Optional<Path> socket = Arguments.path(line, SOCKET);
        List<String> options = helperOptions(line);
        if (!options.isEmpty()) {
            if (socket.isPresent()) {
                throw new UsageException("--socket uses a helper that runs, " + options.get(0) + " starts another");
            }
            return startOwn(options, "", console);
        }
        try {
            return new HelperAccess(
                    HelperConnection.connect(socket.orElseGet(HelperConnection::defaultSocket)), Optional.empty());
        } catch (HelperException e) {
            if (socket.isPresent() || !Doors.isAbsence(e)) {
                throw e;
            }
            return startOwn(options, e.getMessage() + "; ", console);
        }
    }

    /** The connection; do not close it. */
    HelperConnection connection() {
        return connection;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } finally {
            ownHelper.ifPresent(PrivateHelper::close);
        }
    }

    private static List<String> helperOptions(CommandLine line) throws UsageException {
        if (line.getOptionValue(SOURCE, "").equals(REPLAY)) {
            throw new UsageException("--source must be auto, ibs, pebs, soft or faults: --source=replay samples no process "
                    + "(membalancer replay FILE does that)");
        }
        List<String> options = new ArrayList<>();
        for (String name : HELPER_OPTIONS) {
            Arguments.text(line, name).ifPresent(value -> options.addAll(List.of("--" + name, value)));
        }
        return options;
    }

    private static HelperAccess startOwn(List<String> options, String because, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        PrivateHelper helper;
        try {
            helper = PrivateHelper.start(HelperBinary.ofThisProcess().find(), options, console.stop());
        } catch (FailureException e) {
            throw new FailureException(because + e.getMessage(), e);
        }
        try {
            HelperConnection connection = HelperConnection.connect(helper.socket());
            helper.hide();
            return new HelperAccess(connection, Optional.of(helper));
        } catch (IOException | RuntimeException e) {
            helper.close();
            throw e;
        }
    }
}
