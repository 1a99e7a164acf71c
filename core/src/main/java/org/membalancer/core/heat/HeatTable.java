// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.nio.ByteBuffer;

/** Reads the shared heat table of one group. Signatures only so far. */
public final class HeatTable {
    private HeatTable() {
    }

    /** Opens a mapped table, read-only. */
    public static HeatTable over(ByteBuffer mapped, TableLayout layout) {
        throw new IllegalStateException("to be written: " + mapped + layout);
    }
}
