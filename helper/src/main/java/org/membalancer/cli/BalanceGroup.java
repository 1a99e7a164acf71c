// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.List;
import java.util.Optional;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.core.threads.SharedAccesses;
import org.membalancer.core.threads.ThreadHomes;
import org.membalancer.jni.GroupTables;

/**
 * One of the helper's groups whose processes are balanced: the tables that they share. Owned by one thread.
 *
 * <p>Several processes are in one group, as for reports, rather than each in its own: BPF then follows them, so that a
 * process is sampled from its first instruction; there are 256 groups and 16384 processes; and memory does not grow with
 * their number. The price is a look at the whole table for each process and round.
 */
final class BalanceGroup implements AutoCloseable {
    private final GroupTables tables;
    private final HeatTable heat;
    private final HeatTable threads;
    private final ThreadHomes homes;
    private final RecentRing recent;
    private final Optional<Several> several;

    /** What a group of several has besides. */
    private record Several(ProcessTable processes, SharedAccesses accesses, HeatSnapshot threads) {
    }

    private BalanceGroup(GroupTables tables, ThreadHomes homes, boolean hasSeveral) throws FailureException {
        this.tables = tables;
        this.homes = homes;
        this.heat = Doors.heatTable(tables);
        this.threads = Doors.threadTable(tables);
        this.recent = Doors.recentRing(tables);
        this.several = hasSeveral ? Optional.of(new Several(TargetGroups.processes(tables),
                new SharedAccesses(recent, threads), new HeatSnapshot(threads.slotCount(), threads.nodeCount())))
                : Optional.empty();
    }

    /** One that has a single process. */
    static BalanceGroup ofOne(GroupTables tables, ThreadHomes homes) throws FailureException {
        return new BalanceGroup(tables, homes, false);
    }

    /** One with a table of processes. */
    static BalanceGroup ofSeveral(GroupTables tables, ThreadHomes homes) throws FailureException {
        return new BalanceGroup(tables, homes, true);
    }

    long groupId() {
        return tables.groupId();
    }

    /** The heat of a process. */
    HeatTable heatOf(int tag) {
        return heat.ofProcess(tag);
    }

    /** Samples counted in it so far. */
    long recorded() {
        return heat.recorded();
    }

    /** Samples of a process counted so far; 0 when it has ended. */
    long recordedOf(int tag) {
        return several.map(s -> s.processes.recordedOf(tag)).orElseGet(heat::recorded);
    }

    HeatTable threads() {
        return threads;
    }

    /** Where the threads of all its processes live. */
    ThreadHomes homes() {
        return homes;
    }

    RecentRing recent() {
        return recent;
    }

    boolean isOfSeveral() {
        return several.isPresent();
    }

    /** Who reads the recent accesses of all; only where there are several. */
    SharedAccesses accesses() {
        return several.orElseThrow().accesses;
    }

    /** Room for a copy of the thread table; only where there are several. */
    HeatSnapshot threadSnapshot() {
        return several.orElseThrow().threads;
    }

    /** Processes that are or were in it; none where there is no table of them. */
    List<MemberProcess> read() {
        return several.map(s -> s.processes.read()).orElse(List.of());
    }

    boolean isAlive(int tag) {
        return several.filter(s -> s.processes.isAlive(tag)).isPresent();
    }

    /** Processes that are alive in it, where there is a table of them. */
    long aliveCount() {
        return several.map(s -> s.processes.aliveCount()).orElse(0L);
    }

    /** Processes for which there was no place. */
    long refused() {
        return several.map(s -> s.processes.refused()).orElse(0L);
    }

    @Override
    public void close() {
        tables.close();
    }
}
