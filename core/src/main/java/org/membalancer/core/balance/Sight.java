// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import org.membalancer.core.heat.FoldedHeat;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.residency.Residency;

/**
 * Where a round's heat and the places of its pages are kept: as large as a whole table, so that several processes that
 * are balanced in turn have one together. Owned by one thread.
 *
 * <p>Made at the first round, and again only when a table with another shape comes, as after a reconnect.
 */
public final class Sight {
    private HeatSnapshot heat = new HeatSnapshot(1, 1);
    private Residency residency = new Residency(1);

    HeatSnapshot heat() {
        return heat;
    }

    Residency residency() {
        return residency;
    }

    /** Takes in what a table has now, each page once, by address. */
    void look(HeatTable table, long nowNs, MemoryViews views) {
        fit(table);
        FoldedHeat.copy(table, nowNs, views, heat);
    }

    private void fit(HeatTable table) {
        if (heat.slotCapacity() != table.slotCount() || heat.nodeCount() != table.nodeCount()) {
            heat = new HeatSnapshot(table.slotCount(), table.nodeCount());
            residency = new Residency(table.slotCount());
        }
    }
}
