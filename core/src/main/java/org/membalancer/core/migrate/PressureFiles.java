// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.membalancer.core.files.KernelFile;

/**
 * Pressure stall information as the kernel gives it: of the machine, and of the process's cgroup. A kernel without it
 * (older than 4.20, or {@code psi=0}) has no such file; then nothing is ever reason to wait, and {@link #absent} says so.
 */
public final class PressureFiles implements MemoryPressure {
    /** Moves wait when for this share of the last 10 seconds some task waited for memory, per cent. */
    public static final double USUAL_LIMIT_PERCENT = 10;

    /* some avg10=0.00 avg60=0.00 avg300=0.00 total=0 */
    private static final Pattern SOME_AVG10 = Pattern.compile("(?m)^some avg10=(\\d+(?:\\.\\d+)?) ");
    private static final Pattern UNIFIED_CGROUP = Pattern.compile("(?m)^0::(/.*)$");

    private final List<Path> files;
    private final double limitPercent;

    /**
     * Watches files.
     *
     * @param files in the format of /proc/pressure/memory; those that do not exist are passed over
     * @param limitPercent above which moves wait, 0 to 100
     */
    public PressureFiles(List<Path> files, double limitPercent) {
        if (!(limitPercent >= 0 && limitPercent <= 100)) {
            throw new IllegalArgumentException("limitPercent must be 0..100: limitPercent=" + limitPercent);
        }
        this.files = List.copyOf(files);
        this.limitPercent = limitPercent;
    }

    /**
     * The files for one process: the machine's, and its cgroup's if that is one of version 2.
     *
     * @param procRoot {@code /proc}
     * @param sysfsRoot {@code /sys}
     * @param process its directory's name in {@code procRoot}: a number or {@code self}
     */
    public static List<Path> of(Path procRoot, Path sysfsRoot, String process) {
        List<Path> files = new ArrayList<>(List.of(procRoot.resolve("pressure/memory")));
        try {
            Matcher path = UNIFIED_CGROUP.matcher(KernelFile.readString(procRoot.resolve(process).resolve("cgroup")));
            if (path.find() && !path.group(1).equals("/")) {
                files.add(sysfsRoot.resolve("fs/cgroup").resolve(path.group(1).substring(1))
                        .resolve("memory.pressure"));
            }
        } catch (IOException | InvalidPathException unknown) {
            return files; // it ended, is hidden, or the name cannot be a path here: the machine's pressure still counts
        }
        return files;
    }

    /** Says what is missing when there is no file at all to go by. */
    public Optional<String> absent() {
        boolean hasAny = files.stream().anyMatch(Files::isReadable);
        return hasAny ? Optional.empty()
                : Optional.of("this kernel has no pressure stall information (" + files.get(0)
                        + "): moves do not pause when memory is short");
    }

    @Override
    public Optional<String> reasonToWait() {
        for (Path file : files) {
            double percent = percent(file);
            if (percent > limitPercent) {
                return Optional.of(String.format(Locale.ROOT,
                        "memory is short: tasks waited for it %.1f %% of the last 10 s (limit %.1f %%, %s)",
                        percent, limitPercent, file));
            }
        }
        return Optional.empty();
    }

    /** The share of the last 10 seconds, or 0 where the kernel does not say. */
    private static double percent(Path file) {
        try {
            Matcher some = SOME_AVG10.matcher(Files.readString(file));
            return some.find() ? Double.parseDouble(some.group(1)) : 0;
        } catch (IOException absent) { // said once by absent(); EOPNOTSUPP with psi=0
            return 0;
        }
    }
}
