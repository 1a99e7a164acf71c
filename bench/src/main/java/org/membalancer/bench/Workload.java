// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of the hot-set examples, running on one thread, and how far it is. Ends with {@link #close}. One thread owns it.
 *
 * <p>The working set is small enough for the caches of one CPU: a larger one runs as fast as others on the machine
 * leave it of the shared cache and of memory, and that noise would hide what is looked for.
 */
final class Workload implements AutoCloseable {
    private static final List<String> OPTIONS =
            List.of("--size", "256KiB", "--hot-size", "64KiB", "--threads", "1", "--seconds", "3600");
    private static final long POLL_MS = 2;
    private static final long STALL_MS = 60_000;
    /* As in hot_set_progress.h of the examples. */
    private static final int BYTES = 64;
    private static final int VERSION = 0;
    private static final int OPERATIONS = 8;
    private static final int CPU_NS = 16;
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final Process process;
    private final Path progressFile;
    private final ByteBuffer progress;

    private Workload(Process process, Path progressFile, ByteBuffer progress) {
        this.process = process;
        this.progressFile = progressFile;
        this.progress = progress;
    }

    /** Starts the C hot-set. */
    static Workload startC(Artifacts artifacts) throws IOException, InterruptedException {
        return start(List.of(artifacts.hotSet().toString()));
    }

    /** Starts the Java hot-set in a JVM of its own. */
    static Workload startJava(Artifacts artifacts) throws IOException, InterruptedException {
        return start(List.of(Artifacts.java().toString(), "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch",
                "-cp", artifacts.examplesJar().toString(), "org.membalancer.examples.HotSet"));
    }

    private static Workload start(List<String> program) throws IOException, InterruptedException {
        Path progressFile = Files.createTempFile("membalancer-bench", ".progress");
        List<String> command = new ArrayList<>(program);
        command.addAll(OPTIONS);
        command.addAll(List.of("--progress", progressFile.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return new Workload(process, progressFile, awaitFirst(process, progressFile));
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    /** What it did up to now: of one instant, at most a millisecond ago as the thread's own time goes. */
    WorkDone done() {
        while (true) {
            long version = (long) LONGS.getAcquire(progress, VERSION); // the writer's second change, or an older one
            long operations = (long) LONGS.getOpaque(progress, OPERATIONS);
            long cpuNs = (long) LONGS.getOpaque(progress, CPU_NS);
            VarHandle.loadLoadFence(); // before the version is read again, against the writer's first change
            if (version % 2 == 0 && version == (long) LONGS.getOpaque(progress, VERSION)) {
                return new WorkDone(operations, cpuNs);
            }
        }
    }

    /** Lets it use so much CPU time, and answers what it did in that. */
    WorkDone run(long cpuNs) throws IOException, InterruptedException {
        WorkDone start = done();
        long giveUpMs = System.currentTimeMillis() + STALL_MS;
        WorkDone since = new WorkDone(0, 0);
        while (since.cpuNs() < cpuNs) {
            if (!process.isAlive()) {
                throw new IOException("the hot-set ended with status " + process.exitValue());
            }
            if (System.currentTimeMillis() > giveUpMs) {
                throw new IOException("the hot-set got no more than " + since.cpuNs() / 1_000_000 + " ms of CPU time in "
                        + STALL_MS + " ms");
            }
            Thread.sleep(POLL_MS);
            since = done().minus(start);
        }
        return since;
    }

    /** CPU time of all threads that the process has, the ones that do not work included. */
    long processCpuNs() throws IOException {
        long sumNs = 0;
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid() + "/task"))) {
            for (Path task : tasks) {
                sumNs += threadCpuNs(task);
            }
        }
        return sumNs;
    }

    private static long threadCpuNs(Path task) throws IOException {
        try {
            return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
        } catch (NoSuchFileException e) {
            return 0; // ended since
        }
    }

    /** Maps the file once the workload has made it anew and said something in it. */
    private static ByteBuffer awaitFirst(Process process, Path file) throws IOException, InterruptedException {
        while (process.isAlive()) {
            Optional<ByteBuffer> progress = map(file).filter(p -> (long) LONGS.getAcquire(p, VERSION) > 1);
            if (progress.isPresent()) {
                return progress.get();
            }
            Thread.sleep(POLL_MS);
        }
        throw new IOException("the hot-set ended with status " + process.exitValue());
    }

    private static Optional<ByteBuffer> map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() < BYTES ? Optional.empty()
                    : Optional.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES));
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(progressFile);
    }
}
