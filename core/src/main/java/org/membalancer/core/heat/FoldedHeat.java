// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/** Takes snapshots of tables whose pages may be used through several views. Stateless. */
public final class FoldedHeat {
    private FoldedHeat() {
    }

    /**
     * Copies what is in a table now, each page once, sorted by address.
     *
     * @param table whose pages
     * @param nowNs now, CLOCK_MONOTONIC
     * @param views of the process's memory
     * @param into refilled; must fit the table
     */
    public static void copy(HeatTable table, long nowNs, MemoryViews views, HeatSnapshot into) {
        table.copyTo(into, nowNs);
        if (views.count() > 0) {
            into.fold(views);
        }
        into.sortByAddress();
    }
}
