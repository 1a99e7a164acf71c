// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.util.Set;

/**
 * What the command line of {@link HotSet} asks for.
 *
 * @param sizeBytes of the working set
 * @param hotBytes of its hot part, less than {@code sizeBytes}
 * @param share of the accesses that go to the hot part, 0 to 1
 * @param threads that access it
 * @param nodeId the NUMA node to which the pages are moved first; -1 for where the kernel likes
 * @param seconds of accesses
 * @param progressFile where threads say how far they are; empty for nowhere
 * @param hold whether to keep the memory after the run
 * @param check whether to verify every cell after the run
 * @param help whether only the usage is wanted
 */
record HotSetOptions(
        long sizeBytes, long hotBytes, double share, int threads, int nodeId, double seconds, String progressFile,
        boolean hold, boolean check, boolean help) {

    /** Sizes are multiples of it, so that a report's blocks are hot or cold, not both. */
    static final int BLOCK_BYTES = 65536;
    /** The longest long[] but one block, which the working set may need to begin at a block. */
    static final long MAX_SIZE_BYTES = (Integer.MAX_VALUE - 8L) * Long.BYTES / BLOCK_BYTES * BLOCK_BYTES - BLOCK_BYTES;

    static final String USAGE = """
            usage: java -jar membalancer-examples.jar [options]
            Accesses a long[] at random; a known part of it gets a known share of the accesses.
              --size BYTES      of the working set; 128KiB, 256MiB, 1GiB (default 256MiB)
              --hot-size BYTES  of the hot part, the last of the working set (default 16MiB)
              --share S         of the accesses that go to the hot part, 0 to 1 (default 0.9)
              --threads N       that access it (default 2)
              --node N          moves the pages to NUMA node N before the accesses, by migratepages
                                of the numactl package; they may be moved afterwards
              --seconds S       of accesses (default 10)
              --progress FILE   keeps operations and CPU time of each thread in FILE while it runs
              --check           verifies every cell after the run
              --hold            keeps the memory after the run, until a line or the end of standard input
              --help            prints this
            Run it under taskset to choose CPUs. numactl --membind=N makes every page on node N, those
            of Java itself too; move_pages moves them all the same, the kernel's own balancing does not.
            """;

    private static final Set<String> VALUED = Set.of("size", "hot-size", "share", "threads", "node", "seconds",
            "progress");
    private static final Set<String> FLAGS = Set.of("check", "hold", "help");

    /** Reads the command line. */
    static HotSetOptions parse(String[] args) throws UsageException {
        Arguments arguments = Arguments.parse(args, VALUED, FLAGS);
        HotSetOptions options = new HotSetOptions(
                arguments.bytes("size", 256L << 20),
                arguments.bytes("hot-size", 16L << 20),
                arguments.real("share", 0, 1, 0.9),
                arguments.count("threads", 1, 1024, 2),
                arguments.count("node", 0, 1023, -1),
                arguments.real("seconds", 0.001, 1e9, 10),
                arguments.text("progress", ""),
                arguments.has("hold"), arguments.has("check"), arguments.has("help"));
        options.checkSizes();
        return options;
    }

    private void checkSizes() throws UsageException {
        checkSize("size", sizeBytes);
        checkSize("hot-size", hotBytes);
        if (hotBytes >= sizeBytes) {
            throw new UsageException("--hot-size must be less than --size: --hot-size=" + hotBytes + " --size="
                    + sizeBytes);
        }
    }

    private static void checkSize(String name, long bytes) throws UsageException {
        if (bytes <= 0 || bytes % BLOCK_BYTES != 0 || bytes > MAX_SIZE_BYTES) {
            throw new UsageException("--" + name + " must be a multiple of 64KiB, 64KiB to " + MAX_SIZE_BYTES
                    + ": --" + name + "=" + bytes);
        }
    }
}
