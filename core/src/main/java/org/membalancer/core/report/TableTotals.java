// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.HeatTable;

/**
 * One heat table as a whole. Immutable.
 *
 * @param slots of the table
 * @param pages in the snapshot
 * @param skippedSlots being re-keyed while they were read
 * @param recorded samples counted since the table was made
 * @param replaced slots taken from a colder page
 * @param dropped samples refused
 * @param accesses decayed samples in the snapshot
 * @param windowNs over how long those were gathered, at most
 */
public record TableTotals(
        long slots, long pages, long skippedSlots, long recorded, long replaced, long dropped, double accesses,
        long windowNs) {

    /** Those of a table and the snapshot just taken of it. */
    public static TableTotals of(HeatTable table, HeatSnapshot heat) {
        return new TableTotals(table.slotCount(), heat.pageCount(), heat.skippedSlots(), table.recorded(),
                table.replaced(), table.dropped(), heat.totalAccesses(), heat.windowNs());
    }
}
