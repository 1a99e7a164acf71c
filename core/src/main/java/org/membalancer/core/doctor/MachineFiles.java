// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.membalancer.core.files.KernelFile;

/** The files of a machine: / itself, or a made-up tree in tests. Paths are relative to the root. */
final class MachineFiles {
    private final Path root;

    MachineFiles(Path root) {
        this.root = root;
    }

    Path path(String path) {
        return root.resolve(path);
    }

    boolean exists(String path) {
        return Files.exists(path(path));
    }

    /** A whole file without blanks around it. Bytes that are no ASCII do no harm. */
    FileText read(String path) {
        try {
            byte[] bytes = KernelFile.readAllBytes(path(path));
            return new FileText(FileText.State.READ, new String(bytes, StandardCharsets.ISO_8859_1).strip());
        } catch (NoSuchFileException | NotDirectoryException e) {
            return new FileText(FileText.State.ABSENT, "");
        } catch (AccessDeniedException e) {
            return new FileText(FileText.State.DENIED, "");
        } catch (IOException e) { // a process that ended meanwhile, a file of the kernel that says EPERM only when read
            boolean isDenied = String.valueOf(e.getMessage()).contains("not permitted");
            return new FileText(isDenied ? FileText.State.DENIED : FileText.State.UNREADABLE, String.valueOf(e.getMessage()));
        }
    }

    /** Names in a folder, in order; none where it cannot be listed. */
    List<String> names(String folder) {
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException absent) {
            return List.of();
        }
    }

    /** The last part of what a link leads to; empty where there is none. */
    String realName(String path) {
        try {
            return path(path).toRealPath().getFileName().toString();
        } catch (IOException absent) {
            return "";
        }
    }

    /** What follows {@code name} and a colon in lines such as {@code CapEff:  0000}. */
    Optional<String> field(String path, String name) {
        return read(path).or("").lines().filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .filter(rest -> rest.startsWith(":")).map(rest -> rest.substring(1).strip()).findFirst();
    }
}
