// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

import org.membalancer.core.files.KernelFile;

/** The threads of a process as /proc and two system calls show them. Owned by one thread. */
public final class ProcThreads implements ThreadDoor {
    private static final int START_TIME_FIELD = 19; // the 22nd, counted from the third, behind the name
    private static final int MASK_BYTES = 1024; // 8192 CPUs, the most that a kernel can be built for

    private final Path procRoot;
    private final Path taskDirectory;
    private final MaskCall get;
    private final MaskCall set;
    private final ByteBuffer mask = ByteBuffer.allocateDirect(MASK_BYTES).order(ByteOrder.nativeOrder());

    /**
     * Opens the door.
     *
     * @param procRoot {@code /proc}
     * @param process its directory's name there: a number or {@code self}
     * @param get sched_getaffinity
     * @param set sched_setaffinity
     */
    public ProcThreads(Path procRoot, String process, MaskCall get, MaskCall set) {
        this.procRoot = procRoot;
        this.taskDirectory = procRoot.resolve(process).resolve("task");
        this.get = get;
        this.set = set;
    }

    @Override
    public Optional<BitSet> affinity(int tid) {
        int result = get.call(tid, mask);
        return result < 0 ? Optional.empty() : Optional.of(BitSet.valueOf(mask.duplicate().clear()));
    }

    @Override
    public int setAffinity(int tid, BitSet cpus) {
        byte[] bytes = cpus.toByteArray();
        for (int i = 0; i < MASK_BYTES; i++) {
            mask.put(i, i < bytes.length ? bytes[i] : 0);
        }
        return set.call(tid, mask);
    }

    @Override
    public Optional<String> startTime(int tid) {
        return read(tid, "stat").map(stat ->
                stat.substring(stat.lastIndexOf(')') + 2).split(" ")[START_TIME_FIELD]);
    }

    @Override
    public Optional<String> name(int tid) {
        return read(tid, "comm").map(String::stripTrailing);
    }

    @Override
    public int[] threads() {
        IntStream.Builder tids = IntStream.builder();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(taskDirectory)) {
            for (Path task : tasks) {
                tids.add(Integer.parseInt(task.getFileName().toString()));
            }
        } catch (IOException ended) {
            return new int[0];
        }
        int[] sorted = tids.build().toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** A thread's directory is there under its own id, too, though not listed. */
    private Optional<String> read(int tid, String file) {
        try {
            return Optional.of(KernelFile.readString(procRoot.resolve(Integer.toString(tid)).resolve(file)));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /** A call with an affinity mask: bit n of the buffer, counted from its first byte's lowest, is CPU n. */
    @FunctionalInterface
    public interface MaskCall {

        /**
         * Reads or sets.
         *
         * @param tid the thread; 0 for the caller
         * @param mask direct; read or overwritten from index 0 to its capacity
         * @return 0 or more, or -errno
         */
        int call(int tid, ByteBuffer mask);
    }
}
