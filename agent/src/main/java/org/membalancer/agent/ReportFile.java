// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.membalancer.core.report.JsonReport;
import org.membalancer.core.report.Report;

/** Writes a report so that whoever reads the file finds a whole one: the former or the new. */
final class ReportFile {
    private ReportFile() {
    }

    /** Why the file could not be written now; empty if nothing is known to be in the way. */
    static Optional<String> obstacle(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            return Optional.of("it is a folder");
        }
        if (!Files.isDirectory(folder)) {
            return Optional.of("there is no folder " + folder);
        }
        return Files.isWritable(folder) ? Optional.empty() : Optional.of("no permission to write into " + folder);
    }

    /**
     * Writes the file.
     *
     * @throws IOException if that is not possible; nothing is left behind then
     */
    static void write(Path file, Report report) throws IOException {
        Path target = file.toAbsolutePath();
        if (target.getFileName() == null) {
            throw new IOException(target + " is a directory");
        }
        Path part = target.resolveSibling(target.getFileName() + "." + report.pid() + ".part");
        Files.deleteIfExists(part); // of a process that had the same id and was killed while it wrote
        try {
            try (Writer out = Files.newBufferedWriter(part, StandardOpenOption.CREATE_NEW)) {
                JsonReport.write(report, out);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
