// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Follows the lines of a file that another process writes: what was read once is not read again. Owned by one thread. */
final class FollowedFile {
    /* A writer that ends changes no file. */
    private static final long LOOK_AT_WRITER_MS = 200;

    private final Path file;
    private final BooleanSupplier isWritten;
    private final List<String> lines = new ArrayList<>();
    private long readBytes;

    /**
     * Prepares to follow a file, which may come later.
     *
     * @param isWritten whether its writer is alive
     */
    FollowedFile(Path file, BooleanSupplier isWritten) {
        this.file = file;
        this.isWritten = isWritten;
    }

    /** The whole lines that are there by now. */
    List<String> lines() throws IOException {
        if (Files.exists(file)) {
            readOn();
        }
        return lines;
    }

    /** Waits until its lines are as wanted, looking whenever they change. */
    void await(Predicate<List<String>> condition) throws IOException, InterruptedException {
        try (WatchService watch = file.getFileSystem().newWatchService()) {
            file.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            boolean wasWritten = true;
            while (!condition.test(lines())) {
                assertTrue(wasWritten, () -> "its writer ended: " + file + ": " + lines);
                WatchKey changed = watch.poll(LOOK_AT_WRITER_MS, TimeUnit.MILLISECONDS);
                if (changed != null) {
                    changed.pollEvents();
                    changed.reset();
                }
                wasWritten = isWritten.getAsBoolean(); // asked before the last look, so that nothing is missed
            }
        }
    }

    private void readOn() throws IOException {
        byte[] bytes;
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(readBytes);
            bytes = Channels.newInputStream(channel).readAllBytes();
        }
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(new String(bytes, begin, i - begin, StandardCharsets.UTF_8));
                begin = i + 1;
            }
        }
        readBytes += begin;
    }
}
