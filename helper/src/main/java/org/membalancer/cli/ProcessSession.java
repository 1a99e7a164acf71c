// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.membalancer.core.files.KernelFile;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.ReportBuilder;
import org.membalancer.core.report.TableTotals;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.jni.Errno;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.MonotonicClock;
import org.membalancer.jni.PageMoves;
import org.membalancer.jni.TargetSpec;

/** One process being sampled, from which reports are taken. Owned by one thread. */
final class ProcessSession implements AutoCloseable {
    private static final Path SYSFS = Path.of("/sys");

    private final int pid;
    private final HelperConnection connection;
    private final GroupTables tables;
    private final HeatTable table;
    private final HeatSnapshot heat;
    private final Residency residency;
    private final ResidencyReader residencyReader;
    private List<AddressRange> named = List.of();

    private ProcessSession(int pid, HelperConnection connection, GroupTables tables) throws FailureException {
        this.pid = pid;
        this.connection = connection;
        this.tables = tables;
        this.table = Doors.heatTable(tables);
        this.heat = new HeatSnapshot(table.slotCount(), table.nodeCount());
        this.residency = new Residency(table.slotCount());
        this.residencyReader = new ResidencyReader(PageMoves::move, pid);
    }

    /**
     * Has the helper sample a process.
     *
     * @param spec of kind PROCESS
     * @throws FailureException when there is no such process
     * @throws IOException when the helper refuses
     */
    static ProcessSession open(HelperConnection connection, TargetSpec spec) throws IOException, FailureException {
        GroupTables tables = tables(connection, spec);
        try {
            ProcessSession session = new ProcessSession(spec.tgid(), connection, tables);
            session.readMemoryMap(); // in case that it ends before the first report
            return session;
        } catch (FailureException | RuntimeException e) {
            tables.close();
            throw e;
        }
    }

    /**
     * Takes a report of what was sampled until now.
     *
     * @throws IOException when the helper or sysfs cannot be asked
     */
    Report report() throws IOException {
        table.copyTo(heat, MonotonicClock.nowNs());
        TableTotals totals = TableTotals.of(table, heat); // before the helper is asked, whose counts include these
        heat.sortByAddress();
        List<String> notes = new ArrayList<>();
        askResidency().ifPresent(notes::add);
        readMemoryMap().ifPresent(notes::add);
        ReportBuilder builder = new ReportBuilder(pid, SysfsTopology.read(SYSFS))
                .sampling(Doors.status(connection))
                .heat(totals, heat, residency, named);
        notes.forEach(builder::note);
        return builder.build();
    }

    @Override
    public void close() {
        tables.close();
    }

    /**
     * Has the helper sample a process and hands out its tables.
     *
     * @param spec of kind PROCESS
     * @throws FailureException when there is no such process
     * @throws IOException when the helper refuses
     */
    static GroupTables tables(HelperConnection connection, TargetSpec spec) throws IOException, FailureException {
        try {
            return connection.open(spec);
        } catch (HelperException e) {
            if (isNoSuchProcess(e.errno())) {
                throw new FailureException("no such process: " + spec.tgid(), e); // it ended meanwhile
            }
            throw e;
        }
    }

    /** Fills the residency; returns why it could not. */
    private Optional<String> askResidency() {
        int result = residencyReader.read(heat, residency);
        if (result == 0) {
            return Optional.empty();
        }
        return Optional.of("where the pages lie cannot be asked: "
                + (isNoSuchProcess(result) ? "the process ended" : Errno.name(result) + ": " + Errno.text(result)));
    }

    /** Reads what the addresses are, keeping the former answer when there is none; returns why it could not. */
    private Optional<String> readMemoryMap() {
        try (Reader reader = KernelFile.open(Path.of("/proc", Integer.toString(pid), "maps"))) {
            List<AddressRange> now = ReportBuilder.named(MemoryMap.parse(reader));
            named = now.isEmpty() ? named : now; // a process that is ending has an empty map
            return Optional.empty();
        } catch (NoSuchFileException ended) {
            return Optional.empty(); // the former answer holds, and askResidency() says that it ended
        } catch (IOException e) {
            return Optional.of("what the addresses are cannot be read: " + e.getMessage());
        }
    }

    private static boolean isNoSuchProcess(int errno) {
        return Errno.name(errno).equals("ESRCH");
    }
}
