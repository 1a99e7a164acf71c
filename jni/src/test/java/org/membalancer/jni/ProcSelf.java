// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel says that this process holds. */
final class ProcSelf {
    private ProcSelf() {
    }

    /** Lines of /proc/self/maps that contain a text. */
    static List<String> mappings(String text) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(text)).toList();
        }
    }

    /** Open descriptors on files whose name contains a text. */
    static long openFiles(String text) throws IOException {
        long count = 0;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (target(descriptor).contains(text)) {
                    count++;
                }
            }
        }
        return count;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return ""; // another thread of the JVM has closed it meanwhile
        }
    }
}
