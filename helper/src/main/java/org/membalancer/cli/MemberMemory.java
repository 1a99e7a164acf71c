// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.membalancer.core.files.KernelFile;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.ReportBuilder;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.report.TableTotals;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.residency.ResidencyReader;
import org.membalancer.core.topology.Topology;
import org.membalancer.jni.Errno;
import org.membalancer.jni.MonotonicClock;
import org.membalancer.jni.PageMoves;

/** Reports of single processes out of a table that has the heat of several. Owned by one thread. */
final class MemberMemory {
    private final HeatTable table;
    private final HeatSnapshot heat;
    private final Residency residency;
    /* What the addresses were when last asked, by tag: a process that ended has no map any more. */
    private final Map<Integer, List<AddressRange>> namesByTag = new HashMap<>();

    MemberMemory(HeatTable table) {
        this.table = table;
        this.heat = new HeatSnapshot(table.slotCount(), table.nodeCount());
        this.residency = new Residency(table.slotCount());
    }

    /** Notes what the addresses of a process are, while it lives. */
    void remember(MemberProcess process) {
        if (process.isAlive()) {
            List<AddressRange> names = readNames(process.pid());
            if (!names.isEmpty()) {
                namesByTag.put(process.tag(), names);
            }
        }
    }

    /** Forgets those that are not in the group's table any more. */
    void keepOnly(Set<Integer> tags) {
        namesByTag.keySet().retainAll(tags);
    }

    Report report(MemberProcess process, Topology topology, SamplingStatus status) {
        table.copyTo(heat, MonotonicClock.nowNs(), process.tag());
        heat.sortByAddress();
        List<String> notes = new ArrayList<>();
        readResidency(process, notes);
        ReportBuilder builder = new ReportBuilder(process.pid(), topology).sampling(status)
                .heat(TableTotals.of(table, heat), heat, residency, namesByTag.getOrDefault(process.tag(), List.of()));
        notes.forEach(builder::note);
        return builder.build();
    }

    private void readResidency(MemberProcess process, List<String> notes) {
        if (!process.isAlive()) {
            residency.begin(heat.pageCount());
            for (int i = 0; i < heat.pageCount(); i++) {
                residency.set(i, Residency.UNKNOWN);
            }
            notes.add("it ended: where its pages lay is not known"
                    + (namesByTag.containsKey(process.tag()) ? "" : ", nor what they were"));
            return;
        }
        int result = new ResidencyReader(PageMoves::move, process.pid()).read(heat, residency);
        if (result != 0) {
            notes.add("where its pages lie cannot be asked: " + Errno.name(result) + ": " + Errno.text(result));
        }
    }

    private static List<AddressRange> readNames(int pid) {
        try (Reader reader = KernelFile.open(Path.of("/proc", Integer.toString(pid), "maps"))) {
            return ReportBuilder.named(MemoryMap.parse(reader));
        } catch (IOException ending) {
            return List.of(); // its regions have no names then, and the report says so
        }
    }
}
