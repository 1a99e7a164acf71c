// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.membalancer.core.files.KernelFile;

/**
 * What must be undone when a run ends, kept in a folder that outlives kill -9: one file for each thing and process,
 * {@code NAME.PID.STARTTIME}. A file whose process is gone was left by one that was killed.
 */
final class RunState {
    private static final Path ROOTS_FOLDER = Path.of("/run/membalancer");

    private final Path folder;
    private final Path procRoot;
    private final String owner;

    /**
     * Uses a folder.
     *
     * @param folder made when something is remembered
     * @param procRoot {@code /proc}
     * @param pid whose run this is
     * @throws IOException if the process cannot be asked for its start time
     */
    RunState(Path folder, Path procRoot, long pid) throws IOException {
        this.folder = folder;
        this.procRoot = procRoot;
        this.owner = pid + "." + startTime(procRoot, Long.toString(pid)).orElseThrow(
                () -> new IOException("no process " + pid + " in " + procRoot));
    }

    /** This process's: root's in /run/membalancer, others' in their own run-time folder, if they have one. */
    static Optional<RunState> ofThisProcess() throws IOException {
        Path proc = Path.of("/proc");
        Optional<Path> folder = folder(proc);
        return folder.isEmpty() ? Optional.empty()
                : Optional.of(new RunState(folder.get(), proc, ProcessHandle.current().pid()));
    }

    /** Keeps a text until it is forgotten. */
    void remember(String name, String text) throws IOException {
        Files.createDirectories(folder);
        Path file = file(name);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, text + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What this run keeps under a name. */
    Optional<String> mine(String name) throws IOException {
        return read(file(name));
    }

    /** What processes that are gone kept under a name: of one of them, whichever comes first. */
    Optional<String> leftByTheDead(String name) throws IOException {
        List<Path> left = filesOfTheDead(name);
        return left.isEmpty() ? Optional.empty() : read(left.get(0));
    }

    /** What processes that are gone kept under a name, one text each. */
    List<String> allLeftByTheDead(String name) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path file : filesOfTheDead(name)) {
            read(file).ifPresent(texts::add);
        }
        return texts;
    }

    /** Removes what this run keeps under a name. */
    void forget(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    /** Removes what processes that are gone kept under a name, once it is undone. */
    void forgetTheDead(String name) throws IOException {
        for (Path file : filesOfTheDead(name)) {
            Files.deleteIfExists(file);
        }
    }

    private Path file(String name) {
        return folder.resolve(name + "." + owner);
    }

    private List<Path> filesOfTheDead(String name) throws IOException {
        List<Path> dead = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name + ".[0-9]*.[0-9]*")) {
            for (Path file : files) {
                String[] parts = file.getFileName().toString().substring(name.length() + 1).split("\\.");
                if (parts.length == 2 && !startTime(procRoot, parts[0]).equals(Optional.of(parts[1]))) {
                    dead.add(file);
                }
            }
        } catch (NoSuchFileException absent) {
            return List.of(); // nobody ever kept anything
        }
        return dead;
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** The 22nd field of /proc/PID/stat, counted behind the command in parentheses, which may hold anything. */
    private static Optional<String> startTime(Path procRoot, String pid) throws IOException {
        try {
            String stat = KernelFile.readString(procRoot.resolve(pid).resolve("stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private static Optional<Path> folder(Path proc) throws IOException {
        Object uid = Files.getAttribute(proc.resolve("self"), "unix:uid");
        String runtime = System.getenv().getOrDefault("XDG_RUNTIME_DIR", "");
        if (uid.equals(0)) {
            return Optional.of(ROOTS_FOLDER);
        }
        return runtime.isEmpty() ? Optional.empty() : Optional.of(Path.of(runtime, "membalancer"));
    }
}
