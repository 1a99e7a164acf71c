// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.nio.file.Path;

import org.membalancer.core.files.KernelFile;

/**
 * The CPU time that all threads of a process have used, those that ended too, from its {@code stat} in /proc (its
 * {@code schedstat} is its first thread's alone). Time in the kernel is left out, where no samples are taken. Stateless.
 */
public final class CpuTime {
    private static final long TICK_NS = 10_000_000; // USER_HZ is 100 wherever there is a perf event to sample with
    private static final int USER_TIME_FIELD = 11; // the 14th, counted from the third, behind the name

    private final Path stat;

    /**
     * Prepares to read.
     *
     * @param processDirectory {@code /proc/PID}, or {@code /proc/self}
     */
    public CpuTime(Path processDirectory) {
        this.stat = processDirectory.resolve("stat");
    }

    /**
     * Nanoseconds so far, to the 10 ms.
     *
     * @throws IOException when the process is gone or hidden, or naming a file that is no such file
     */
    public long userNs() throws IOException {
        String text = KernelFile.readString(stat);
        String[] words = text.substring(Math.min(text.length(), text.lastIndexOf(')') + 2)).split(" ");
        try {
            return Math.multiplyExact(Long.parseLong(words[USER_TIME_FIELD]), TICK_NS);
        } catch (ArithmeticException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(stat + " is not like that of a process: '" + text.strip() + "'", e);
        }
    }
}
