// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The CPU time that all threads of a process have used, those that ended too, from its {@code stat} in /proc (its
 * {@code schedstat} is its first thread's alone). Time in the kernel is left out, where no samples are taken. It is
 * read in every round, in one piece and with little garbage. Owned by one thread.
 */
public final class CpuTime {
    private static final long TICK_NS = 10_000_000; // USER_HZ is 100 wherever there is a perf event to sample with
    private static final int USER_TIME_FIELD = 11; // the 14th, counted from the third, behind the name
    private static final long MOST_TICKS = Long.MAX_VALUE / TICK_NS / 10 - 1;
    private static final int MOST_BYTES = 1024; // 14 fields are much shorter

    private final Path stat;
    private final byte[] text = new byte[MOST_BYTES];

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
        int length = read();
        int at = length - 1;
        while (at >= 0 && text[at] != ')') { // the name before it may have any character
            at--;
        }
        int field = -1; // the blank behind the name ends none
        for (at++; at < length && field < USER_TIME_FIELD; at++) {
            field += text[at] == ' ' ? 1 : 0;
        }
        int end = at;
        long ticks = 0;
        while (end < length && text[end] >= '0' && text[end] <= '9' && ticks < MOST_TICKS) {
            ticks = ticks * 10 + text[end++] - '0';
        }
        if (end == at || end == length || text[end] != ' ') {
            throw new IOException(stat + " is not like that of a process: '"
                    + new String(text, 0, length, StandardCharsets.UTF_8).strip() + "'");
        }
        return ticks * TICK_NS;
    }

    private int read() throws IOException {
        try (InputStream in = new FileInputStream(stat.toFile())) {
            return Math.max(0, in.read(text));
        }
    }
}
