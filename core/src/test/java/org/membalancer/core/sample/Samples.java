// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Compares samples. */
public final class Samples {
    private Samples() {
    }

    /** Every field of the i-th sample. */
    public static void assertSame(Sample wanted, Sample read, long i) {
        assertEquals(text(wanted), text(read), () -> "sample " + i);
    }

    /** All fields. */
    public static String text(Sample s) {
        return "time=" + s.timeNs() + " address=" + Long.toHexString(s.address()) + " code="
                + Long.toHexString(s.codeAddress()) + " tag=" + s.processTag() + " tgid=" + s.tgid() + " tid=" + s.tid()
                + " nodes=" + s.cpuNode() + "," + s.memoryNode() + " flags=" + s.flags() + " latency="
                + s.latencyCycles() + "," + s.tlbLatencyCycles() + " misses=" + s.openMisses() + " source="
                + s.dataSource() + " width=" + s.widthBytes() + " weight=" + s.weight();
    }
}
