// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.membalancer.core.migrate.Errno;
import org.membalancer.core.topology.CpuList;

/** Threads with names, start times and affinities. */
final class FakeThreads implements ThreadDoor {
    private final Map<Integer, BitSet> affinities = new HashMap<>();
    private final Map<Integer, String> startTimes = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private int errno;

    /** Starts a thread. */
    FakeThreads start(int tid, String startTime, String cpus) {
        affinities.put(tid, CpuList.parse(cpus));
        startTimes.put(tid, startTime);
        names.put(tid, "worker");
        return this;
    }

    FakeThreads name(int tid, String name) {
        names.put(tid, name);
        return this;
    }

    void end(int tid) {
        affinities.remove(tid);
        startTimes.remove(tid);
        names.remove(tid);
    }

    /** Makes changes fail; 0: no more. */
    void fail(int newErrno) {
        errno = newErrno;
    }

    String cpus(int tid) {
        return CpuList.format(affinities.get(tid));
    }

    @Override
    public Optional<BitSet> affinity(int tid) {
        return Optional.ofNullable(affinities.get(tid)).map(cpus -> (BitSet) cpus.clone());
    }

    @Override
    public int setAffinity(int tid, BitSet cpus) {
        if (errno != 0 || !affinities.containsKey(tid)) {
            return errno != 0 ? -errno : -Errno.ESRCH;
        }
        affinities.put(tid, (BitSet) cpus.clone());
        return 0;
    }

    @Override
    public Optional<String> startTime(int tid) {
        return Optional.ofNullable(startTimes.get(tid));
    }

    @Override
    public Optional<String> name(int tid) {
        return Optional.ofNullable(names.get(tid));
    }

    @Override
    public int[] threads() {
        return affinities.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    }
}
