// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real privileged helper on a private socket. */
final class HelperProcess extends Forked {
    private static final Path BINARY =
            Path.of(System.getProperty("native.dir"), "helper", "membalancer-helper").toAbsolutePath();

    private HelperProcess(ProcessBuilder builder) throws IOException {
        super("helper", builder);
    }

    /** Skips the test where the helper cannot run. */
    static void require() {
        Skip.unless(Files.isExecutable(BINARY), BINARY + " is not built");
        Skip.unless("root".equals(System.getProperty("user.name")), "the helper needs root");
    }

    /** Starts it and waits until it serves its socket. */
    static HelperProcess start(Path socket) throws IOException, InterruptedException {
        HelperProcess helper = new HelperProcess(new ProcessBuilder(BINARY.toString(), "--foreground", "--socket",
                socket.toString(), "--source", "soft", "--rate", "499"));
        helper.out().await("membalancer-helper: ready on ");
        return helper;
    }
}
