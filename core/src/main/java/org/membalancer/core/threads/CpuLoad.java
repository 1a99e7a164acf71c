// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.BitSet;

/**
 * How busy each CPU was between two readings of /proc/stat. Owned by one thread. Until there are two readings every CPU
 * counts as busy.
 */
public final class CpuLoad {
    /** A CPU that was idle for more than this share of the time has room for a thread. */
    public static final double IDLE_SHARE = 0.8;

    private static final int IDLE_COLUMN = 4;
    private static final int IOWAIT_COLUMN = 5;
    /* Guest time, in the two columns behind, is contained in user time already. */
    private static final int LAST_COLUMN = 8;

    private long[] idleTicks = new long[0];
    private long[] allTicks = new long[0];
    private double[] idleShares = new double[0];

    /**
     * Takes a reading.
     *
     * @param stat the file's contents
     * @throws IOException from the reader, or naming a line that is not one of such a file
     */
    public void read(Reader stat) throws IOException {
        BufferedReader lines = new BufferedReader(stat);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("cpu") && !line.startsWith("cpu ")) {
                readCpu(line);
            }
        }
    }

    /** Share of the time between the last two readings for which a CPU was idle, 0 to 1; 0: not known. */
    public double idleShare(int cpu) {
        return cpu < idleShares.length ? idleShares[cpu] : 0;
    }

    /** Mean share of the time for which CPUs were busy, 0 to 1; 1 without any. */
    public double load(BitSet cpus) {
        double idle = cpus.stream().mapToDouble(this::idleShare).sum();
        return cpus.isEmpty() ? 1 : 1 - idle / cpus.cardinality();
    }

    /** Those of the CPUs that have room for a thread. */
    public BitSet idle(BitSet cpus) {
        BitSet idle = new BitSet();
        cpus.stream().filter(cpu -> idleShare(cpu) > IDLE_SHARE).forEach(idle::set);
        return idle;
    }

    /** Counts one idle CPU of these as busy until the next reading, because a thread was sent there. */
    void take(BitSet cpus) {
        int cpu = idle(cpus).nextSetBit(0);
        if (cpu >= 0) {
            idleShares[cpu] = 0;
        }
    }

    private void readCpu(String line) throws IOException {
        String[] words = line.trim().split("\\s+");
        try {
            int cpu = Integer.parseInt(words[0].substring("cpu".length()));
            long idle = Long.parseLong(words[IDLE_COLUMN]) + Long.parseLong(words[IOWAIT_COLUMN]);
            long all = 0;
            for (int column = 1; column < Math.min(words.length, LAST_COLUMN + 1); column++) {
                all += Long.parseLong(words[column]);
            }
            note(cpu, idle, all);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("not a line of /proc/stat: '" + line + "'", e);
        }
    }

    private void note(int cpu, long idle, long all) {
        if (cpu >= allTicks.length) {
            idleTicks = Arrays.copyOf(idleTicks, cpu + 1);
            allTicks = Arrays.copyOf(allTicks, cpu + 1);
            idleShares = Arrays.copyOf(idleShares, cpu + 1);
        }
        long passed = all - allTicks[cpu];
        if (allTicks[cpu] > 0 && passed > 0) {
            idleShares[cpu] = Math.max(0, Math.min(1, (idle - idleTicks[cpu]) / (double) passed));
        }
        idleTicks[cpu] = idle;
        allTicks[cpu] = all;
    }
}
