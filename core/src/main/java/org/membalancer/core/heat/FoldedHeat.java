// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/** Takes snapshots of tables whose pages may be used through several views. Owned by one thread. */
public final class FoldedHeat {
    private final ViewFold fold = new ViewFold();
    /* As in the table; made only where there are views. */
    private HeatSnapshot unfolded = new HeatSnapshot(1, 1);

    /**
     * Copies what is in a table now, each page once, sorted by address.
     *
     * @param table whose pages
     * @param nowNs now, CLOCK_MONOTONIC
     * @param views of the process's memory
     * @param into refilled; must fit the table
     */
    public void copy(HeatTable table, long nowNs, MemoryViews views, HeatSnapshot into) {
        if (views.count() == 0) {
            table.copyTo(into, nowNs);
            into.sortByAddress();
            return;
        }
        if (unfolded.slotCapacity() != into.slotCapacity() || unfolded.nodeCount() != into.nodeCount()) {
            unfolded = new HeatSnapshot(into.slotCapacity(), into.nodeCount());
        }
        table.copyTo(unfolded, nowNs);
        fold.fold(unfolded, views, into);
    }
}
