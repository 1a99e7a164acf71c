// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.TableLayout;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.MonotonicClock;
import org.membalancer.jni.NativeLibrary;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One snapshot of a full heat table of {@value #SLOTS} slots, as the agent takes it each round.
 *
 * <p>The table is a real one: a helper with {@code --source faults} fills it while this process touches more pages
 * than it has slots. At the end a C program reads the same map through bpf_map_lookup_batch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 20, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SnapshotBenchmark {
    static final int SLOTS = 65_536;
    static final String SOCKET = "membalancer.bench.socket";
    static final String TOP = "membalancer.bench.top";
    static final String BATCH_RESULT = "membalancer.bench.batch";
    static final String ALLOCATION_RESULT = "membalancer.bench.allocation";

    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = 4 * SLOTS;
    private static final double FULL = 0.98;
    private static final int ALLOCATION_ROUNDS = 1000;

    private HelperConnection connection;
    private GroupTables tables;
    private HeatTable table;
    private HeatSnapshot snapshot;

    /** Maps the table and fills it by page faults. */
    @Setup(Level.Trial)
    public void fill() throws Exception {
        NativeLibrary.load();
        connection = HelperConnection.connect(Path.of(System.getProperty(SOCKET)));
        tables = connection.open(0);
        table = HeatTable.over(tables.heat(), TableLayout.of(AbiLayout.tableMagic(), AbiLayout::value));
        snapshot = new HeatSnapshot(table.slotCount(), table.nodeCount());
        touchPages();
        int used = table.copyTo(snapshot, MonotonicClock.nowNs());
        if (used < FULL * SLOTS) {
            throw new IllegalStateException("the table is not full: used=" + used + " slots=" + SLOTS);
        }
    }

    /** Copies every slot in use. */
    @Benchmark
    public int snapshot() {
        return table.copyTo(snapshot, MonotonicClock.nowNs());
    }

    /** Counts what the warm snapshot allocates, reads the same map in batches, then lets the helper go. */
    @TearDown(Level.Trial)
    public void countAndReadInBatches() throws Exception {
        Files.writeString(Path.of(System.getProperty(ALLOCATION_RESULT)), String.valueOf(allocatedBytes()));
        Artifacts artifacts = new Artifacts(Path.of(System.getProperty(TOP)));
        Process process = new ProcessBuilder(artifacts.batchLookup().toString(),
                String.valueOf(ProcessHandle.current().pid()))
                .redirectOutput(Path.of(System.getProperty(BATCH_RESULT)).toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int status = process.waitFor();
        tables.close();
        connection.close();
        if (status != 0) {
            throw new IOException("batch-lookup failed with status " + status);
        }
    }

    /** By this thread's own counter: JMH's figure per operation includes its bookkeeping between iterations. */
    private long allocatedBytes() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ALLOCATION_ROUNDS; i++) {
            snapshot();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void touchPages() throws IOException {
        Path file = Files.createTempFile(Path.of("/dev/shm"), "membalancer-bench", ".pages");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer pages = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) PAGES * PAGE_BYTES);
            for (int page = 0; page < PAGES; page++) {
                pages.put(page * PAGE_BYTES, (byte) 1);
            }
        } finally {
            Files.delete(file);
        }
    }
}
