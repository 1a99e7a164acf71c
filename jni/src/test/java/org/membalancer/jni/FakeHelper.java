// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A running {@code fake_helper}, which answers as its script says; ends when closed. */
final class FakeHelper implements AutoCloseable {
    private final Process process;
    private final BufferedReader requests;
    private final Path socket;

    private FakeHelper(Process process, Path socket) {
        this.process = process;
        this.requests = process.inputReader();
        this.socket = socket;
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param folder where its socket will be
     * @param script {@code "open=short"}: worse answers, by kind of request; see fake_helper.c
     */
    static FakeHelper start(Path folder, String... script) throws IOException {
        Path socket = folder.resolve("helper.sock");
        List<String> command = new ArrayList<>();
        command.add(Native.folder().resolve("test/jni/fake_helper").toString());
        command.add(socket.toString());
        command.addAll(List.of(script));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        FakeHelper helper = new FakeHelper(process, socket);
        String line = helper.nextRequest();
        if (!"ready".equals(line)) {
            throw new IOException("fake_helper did not start: " + line);
        }
        return helper;
    }

    Path socket() {
        return socket;
    }

    long pid() {
        return process.pid();
    }

    /**
     * The next request that it got, as {@code "open tgid=0 group_id=0"}; "end" when the connection
     * has ended, null when the helper has.
     */
    String nextRequest() throws IOException {
        return requests.readLine();
    }

    /** Ends it as kill -9 does; its sockets are closed when this returns. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
        Files.deleteIfExists(socket);
    }
}
