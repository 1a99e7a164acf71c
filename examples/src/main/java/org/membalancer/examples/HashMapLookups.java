// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A workload with a known answer: one thread looks numbers up in a HashMap, and the entries that were made first get a
 * known share of the lookups. The working set is the entries with their keys and values; the table of the map is not
 * part of it. Each lookup makes the same accesses to an entry, so the share of lookups is that of accesses.
 */
public final class HashMapLookups {
    static final String USAGE = """
            usage: java -Xms1g -Xmx1g -XX:+UseSerialGC -cp membalancer-examples.jar org.membalancer.examples.HashMapLookups \
            [options]
            Looks numbers up in a HashMap; a known part of its entries gets a known share of the lookups.
              --entries N       of the map; the first sixteenth is hot (default 2000000)
              --share S         of the lookups that go to hot entries, 0 to 1 (default 0.9)
              --seconds S       of lookups (default 10)
              --hold            keeps the memory after the run, until a line or the end of standard input
              --help            prints this
            A collector that keeps objects in the order in which they were made is needed, as -XX:+UseSerialGC is one.
            """;

    private static final Set<String> VALUED = Set.of("entries", "share", "seconds");
    private static final Set<String> FLAGS = Set.of("hold", "help");
    private static final int HOT_PART = 16;
    private static final int ROUND = 200_000;
    private static final int WARM_UP_ROUNDS = 40;
    /** A prime number: every so many entries are asked for their address. */
    private static final int ADDRESS_DISTANCE = 97;
    private static final long NODE_BYTES = 32;
    /** Smaller ones are shared by the whole JVM, and lie elsewhere. */
    private static final int FIRST_KEY = 128;

    private final PrintStream out;
    private final int entries;
    private final int hotEntries;
    private final long hotLimit;
    private final Map<Long, Long> map;
    private long state = 88172645463325252L;
    private long hotLookups;
    private long sum;

    private HashMapLookups(int entries, double share, PrintStream out) {
        this.out = out;
        this.entries = entries;
        this.hotEntries = entries / HOT_PART;
        this.hotLimit = (long) (share * (1L << 32));
        this.map = new HashMap<>(2 * entries);
        map.put(0L, 0L); // makes the table
        map.remove(0L);
        System.gc(); // and takes it away from where the entries will lie
        for (long key = FIRST_KEY; key < FIRST_KEY + entries; key++) {
            map.put(key, key);
        }
        System.gc(); // now, in the order in which they were made; a young collection would order them otherwise
    }

    /** Runs it; exits 2 for a bad command line and 1 when the run fails. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs it and returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            Arguments arguments = Arguments.parse(args, VALUED, FLAGS);
            if (arguments.has("help")) {
                out.print(USAGE);
                return 0;
            }
            int entries = arguments.count("entries", 10_000, 50_000_000, 2_000_000);
            double share = arguments.real("share", 0, 1, 0.9);
            new HashMapLookups(entries, share, out).run(arguments.real("seconds", 0.001, 1e9, 10));
            if (arguments.has("hold")) {
                hold();
            }
            return 0;
        } catch (UsageException e) {
            err.println("hash-map: " + e.getMessage());
            return 2;
        } catch (OutOfMemoryError e) {
            err.println("hash-map: the Java heap is too small for --entries (give java a larger -Xmx): "
                    + e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println("hash-map: " + e.getMessage());
            return 1;
        }
    }

    private void run(double seconds) throws IOException {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            lookUp();
        }
        System.gc(); // so that the entries lie where they will stay
        Ranges ranges = ranges();
        out.println("hash-map: pid " + ProcessHandle.current().pid() + " working " + ranges.working + " hot "
                + ranges.hot);
        out.flush();
        long lookups = 0;
        hotLookups = 0;
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < (long) (seconds * 1e9)) {
            lookUp();
            lookups += ROUND;
        }
        out.println(String.format(Locale.ROOT, "hash-map: operations %d, hot share %.4f (true), working %s, hot %s%s",
                lookups, (double) hotLookups / lookups, ranges.working, ranges.hot,
                ranges.equals(ranges()) ? "" : ", moved by the collector during the run"));
        out.flush();
        if (sum == 0) {
            throw new IOException("check failed: no lookup found a value");
        }
    }

    private void lookUp() {
        long found = 0;
        for (int i = 0; i < ROUND; i++) {
            found += map.get(nextKey());
        }
        sum += found;
    }

    private long nextKey() {
        state = state * 6364136223846793005L + 1442695040888963407L; // Knuth's MMIX
        long random = state >>> 32;
        long place = state >>> 12 & 0xffffffffL;
        if (random < hotLimit) {
            hotLookups++;
            return FIRST_KEY + (place * hotEntries >>> 32);
        }
        return FIRST_KEY + hotEntries + (place * (entries - hotEntries) >>> 32);
    }

    private record Ranges(AddressRange working, AddressRange hot) {
    }

    /** Where entries, keys and values lie; fails when hot and cold ones are not apart. */
    private Ranges ranges() throws IOException {
        ArrayAddress.Decoding address = new ArrayAddress().decoding(new long[1]);
        long[] lowest = {Long.MAX_VALUE, Long.MAX_VALUE};
        long[] highest = {0, 0};
        for (Map.Entry<Long, Long> entry : map.entrySet()) {
            long number = entry.getKey() - FIRST_KEY;
            if (number % ADDRESS_DISTANCE != 0 && number != hotEntries && number != entries - 1) {
                continue;
            }
            int cold = number < hotEntries ? 0 : 1;
            // An entry of a HashMap is the node itself.
            for (Object object : new Object[] {entry, entry.getKey(), entry.getValue()}) {
                long at = address.of(object);
                lowest[cold] = Math.min(lowest[cold], at);
                highest[cold] = Math.max(highest[cold], at);
            }
        }
        if (highest[0] >= lowest[1]) {
            throw new IOException("the entries do not lie in the order in which they were made: run it with"
                    + " -XX:+UseSerialGC and a heap of which a third holds all entries");
        }
        return new Ranges(new AddressRange(lowest[0], highest[1] + NODE_BYTES), new AddressRange(lowest[0], lowest[1]));
    }

    private static void hold() throws IOException {
        int character;
        do {
            character = System.in.read();
        } while (character != -1 && character != '\n');
    }
}
