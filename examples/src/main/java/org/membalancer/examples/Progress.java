// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * How far one thread is, in a file that others map: its operations and its CPU time at the same instant. Laid out as
 * in the C hot-set: 64 bytes a thread: version (odd while the rest changes), operations, CPU time in ns. The thread
 * whose progress it is owns it.
 */
final class Progress {
    private static final int BYTES = 64;
    private static final int VERSION = 0;
    private static final int OPERATIONS = 8;
    private static final int CPU_NS = 16;
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer fields;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    private Progress(ByteBuffer fields) {
        this.fields = fields;
    }

    /** Makes the file, zeroed, or nothing when no name is given. */
    static Optional<ByteBuffer> open(String file, int threads) throws IOException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(Path.of(file), StandardOpenOption.READ,
                StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            return Optional.of(channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) threads * BYTES));
        }
    }

    /** That of one thread in the file. */
    static Progress of(ByteBuffer file, int thread) {
        return new Progress(file.slice(thread * BYTES, BYTES));
    }

    /** Called by the thread itself. */
    void publish(long operations) {
        long cpuNs = threads.getCurrentThreadCpuTime();
        LONGS.getAndAdd(fields, VERSION, 1L);
        LONGS.setOpaque(fields, OPERATIONS, operations); // between the two changes of the version
        LONGS.setOpaque(fields, CPU_NS, cpuNs);
        LONGS.getAndAdd(fields, VERSION, 1L);
    }
}
