// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real privileged helper on a private socket. */
final class HelperProcess extends Forked {
    private static final Path BINARY =
            Path.of(System.getProperty("native.dir"), "helper", "membalancer-helper").toAbsolutePath();

    private static final long SYS_ADMIN = 1L << 21;
    private static final long BPF_AND_PERFMON = 1L << 38 | 1L << 39;

    private HelperProcess(ProcessBuilder builder) throws IOException {
        super("helper", builder);
    }

    /** Skips the test where the helper cannot run. */
    static void require() throws IOException {
        Skip.unless(Files.isExecutable(BINARY), BINARY + " is not built");
        Skip.unless("root".equals(System.getProperty("user.name")), "the helper needs root");
        Skip.unless(mayLoadBpf(), "the helper needs CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON, which this root lacks");
    }

    private static boolean mayLoadBpf() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(l -> l.startsWith("CapEff:")).findFirst().orElseThrow();
        long capabilities = Long.parseUnsignedLong(line.replace("CapEff:", "").strip(), 16);
        return (capabilities & SYS_ADMIN) != 0 || (capabilities & BPF_AND_PERFMON) == BPF_AND_PERFMON;
    }

    /** Starts it and waits until it serves its socket. */
    static HelperProcess start(Path socket) throws IOException, InterruptedException {
        return start(socket, "--source", "auto", "--rate", "499");
    }

    /** Starts one with options of the test's own. */
    static HelperProcess start(Path socket, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(BINARY.toString(), "--foreground", "--socket", socket.toString()));
        command.addAll(List.of(options));
        HelperProcess helper = new HelperProcess(new ProcessBuilder(command));
        helper.out().await("membalancer-helper: ready on ");
        return helper;
    }
}
