// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A workload with a known answer: threads access a long[] at random, and a known contiguous part of it gets a known
 * share of the accesses. What a sampler measures can be held against the lines that this prints.
 */
public final class HotSet {
    private final HotSetOptions options;
    private final PrintStream out;
    private final ArrayAddress address;

    private HotSet(HotSetOptions options, PrintStream out) throws IOException {
        this.options = options;
        this.out = out;
        this.address = new ArrayAddress();
    }

    /** Runs it; exits 2 for a bad command line and 1 when the run fails. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs it and returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            HotSetOptions options = HotSetOptions.parse(args);
            if (options.help()) {
                out.print(HotSetOptions.USAGE);
                return 0;
            }
            new HotSet(options, out).run();
            return 0;
        } catch (UsageException e) {
            err.println("hot-set: " + e.getMessage());
            return 2;
        } catch (OutOfMemoryError e) {
            err.println("hot-set: the Java heap is too small for --size (give java a larger -Xmx): " + e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println("hot-set: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            err.println("hot-set: interrupted");
            return 1;
        }
    }

    private void run() throws IOException, InterruptedException {
        long[] cells = WorkingSet.fill(options.sizeBytes());
        System.gc(); // so that the array lies where it will stay
        long startAddress = address.ofFirstCell(cells);
        if (options.nodeId() >= 0) {
            moveToNode(startAddress);
        }
        WorkingSet set = new WorkingSet(cells, startAddress, options.sizeBytes(), options.hotBytes());
        out.println("hot-set: pid " + ProcessHandle.current().pid() + " " + ranges(set, startAddress, " "));
        out.flush();
        List<Walker> walkers = walk(set);
        long operations = walkers.stream().mapToLong(Walker::operations).sum();
        long hotOperations = walkers.stream().mapToLong(Walker::hotOperations).sum();
        long endAddress = address.ofFirstCell(cells);
        out.println(String.format(Locale.ROOT, "hot-set: operations %d, hot share %.4f (true), %s%s", operations,
                (double) hotOperations / operations, ranges(set, endAddress, ", "),
                endAddress == startAddress ? "" : ", moved by the collector during the run"));
        out.flush();
        checkLoads(walkers);
        if (options.check()) {
            check(set);
        }
        if (options.hold()) {
            hold();
        }
    }

    private void moveToNode(long startAddress) throws IOException, InterruptedException {
        new NodePlacement(Path.of("/sys/devices/system/node"), "migratepages").moveTo(options.nodeId());
        String pages = NodePlacement.pagesByNode(Files.readAllLines(Path.of("/proc/self/numa_maps")), startAddress);
        out.println("hot-set: moved to node " + options.nodeId() + ", pages of the mapping by node: " + pages);
    }

    private List<Walker> walk(WorkingSet set) throws IOException, InterruptedException {
        Optional<ByteBuffer> file = Progress.open(options.progressFile(), options.threads());
        List<Walker> walkers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long deadlineNs = System.nanoTime() + (long) (options.seconds() * 1e9);
        for (int i = 0; i < options.threads(); i++) {
            int number = i;
            walkers.add(new Walker(set, options.share(), i + 1, deadlineNs, file.map(f -> Progress.of(f, number))));
            threads.add(new Thread(walkers.get(i), "hot-set-" + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return walkers;
    }

    private static void checkLoads(List<Walker> walkers) throws IOException {
        if (walkers.stream().anyMatch(Walker::hasFoundDamage)) {
            throw new IOException("check failed: a load did not find what was stored");
        }
    }

    private void check(WorkingSet set) throws IOException {
        int cell = set.check();
        if (cell < set.cells().length) {
            throw new IOException("check failed: cell " + cell + " holds 0x" + Long.toHexString(set.cells()[cell])
                    + " instead of 0x" + Long.toHexString(WorkingSet.pattern(cell)));
        }
        out.println("hot-set: check passed: " + cell + " cells");
        out.flush();
    }

    private static void hold() throws IOException {
        int character;
        do {
            character = System.in.read();
        } while (character != -1 && character != '\n');
    }

    private static String ranges(WorkingSet set, long firstCellAddress, String separator) {
        return "working " + set.working(firstCellAddress) + separator + "hot " + set.hot(firstCellAddress);
    }
}
