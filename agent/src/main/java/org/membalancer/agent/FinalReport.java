// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.balance.ProcessBalancer;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.report.Report;
import org.membalancer.core.report.ReportBuilder;
import org.membalancer.core.report.TableTotals;
import org.membalancer.core.residency.Residency;

/**
 * Puts together what the agent saw and did, from the last round. Made and used on the duty thread.
 *
 * @param geometry of the heap
 * @param surroundings of the agent
 * @param gate what stood against moving
 * @param link to the helper
 * @param helper its state
 * @param balancer after its last round
 */
record FinalReport(
        HeapGeometry geometry, Surroundings surroundings, MoveGate gate, HelperLink link, HelperView helper,
        ProcessBalancer balancer) {
    private static final TableTotals NO_TABLE = new TableTotals(0, 0, 0, 0, 0, 0, 0, 0);

    /** The report; one without heat where no helper was ever found. */
    Report make(Mode mode) {
        ReportBuilder builder = new ReportBuilder(surroundings.processId(), surroundings.topology())
                .jvm(JvmFacts.forReport(geometry, mode)).migration(balancer.totals());
        helper.status().ifPresent(builder::sampling);
        gate.obstacles().forEach(builder::note);
        link.session().ifPresentOrElse(session -> addHeat(builder, session.heat()), () -> addNoHeat(builder));
        return builder.build();
    }

    private void addHeat(ReportBuilder builder, HeatTable table) {
        if (!link.isAlive() || !helper.isFresh()) {
            builder.note("the helper is gone: heat is from its last samples, counters from its last answer");
        }
        HeatSnapshot heat = balancer.heat();
        builder.heat(TableTotals.of(table, heat), heat, balancer.residency(), names(builder));
    }

    private static void addNoHeat(ReportBuilder builder) {
        builder.note("no helper was found: nothing was sampled");
        HeatSnapshot none = new HeatSnapshot(1, 1);
        none.sortByAddress();
        builder.heat(NO_TABLE, none, new Residency(1), List.of());
    }

    /** The heap under its own name, everything else as the kernel names it. */
    private List<AddressRange> names(ReportBuilder builder) {
        List<AddressRange> names = new ArrayList<>();
        geometry.reserved().ifPresent(names::add);
        try {
            names.addAll(ReportBuilder.named(surroundings.memoryMap()));
        } catch (IOException e) {
            builder.note("memory outside the heap has no names: " + e);
        }
        return names;
    }
}
