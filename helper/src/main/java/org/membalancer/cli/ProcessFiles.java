// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.membalancer.core.files.KernelFile;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.core.residency.MemoryRegion;

/** What /proc tells of other processes. */
final class ProcessFiles {
    private static final Path PROC = Path.of("/proc");

    private static final int FLAGS_FIELD = 6; // the 9th, counted from the third, behind the name
    private static final long KERNEL_THREAD = 0x0020_0000; // PF_KTHREAD

    private ProcessFiles() {
    }

    /**
     * What the addresses of a process are.
     *
     * @return empty when it is ending
     * @throws IOException when it has ended, or may not be looked at
     */
    static List<MemoryRegion> memoryMap(int pid) throws IOException {
        return MemoryMap.parse(new StringReader(KernelFile.readString(file(pid, "maps"))));
    }

    /** Its name, or nothing when it has ended. */
    static String command(int pid) {
        try {
            return KernelFile.readString(file(pid, "comm")).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    /** The user id that its files have; empty when it has ended. */
    static Optional<Integer> ownersUid(int pid) {
        try {
            return Optional.of((Integer) Files.getAttribute(file(pid, "status"), "unix:uid"));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /** Whether it is one of the kernel's own; not when it has ended. */
    static boolean isKernelThread(int pid) {
        try {
            String stat = KernelFile.readString(file(pid, "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[FLAGS_FIELD]) & KERNEL_THREAD) != 0;
        } catch (IOException ended) {
            return false;
        }
    }

    private static Path file(int pid, String name) {
        return PROC.resolve(Integer.toString(pid)).resolve(name);
    }
}
