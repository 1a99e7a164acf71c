// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;

/** Made-up samples, and comparing them. */
final class TraceSamples {
    private TraceSamples() {
    }

    /** Every field of the i-th sample. */
    static void assertSame(TraceSample wanted, TraceSample read, long i) {
        assertEquals(text(wanted), text(read), () -> "sample " + i);
    }

    static String text(TraceSample s) {
        return "time=" + s.timeNs() + " address=" + Long.toHexString(s.address()) + " code="
                + Long.toHexString(s.codeAddress()) + " tag=" + s.processTag() + " tgid=" + s.tgid() + " tid=" + s.tid()
                + " nodes=" + s.cpuNode() + "," + s.memoryNode() + " flags=" + s.flags() + " latency="
                + s.latencyCycles() + "," + s.tlbLatencyCycles() + " misses=" + s.openMisses() + " source="
                + s.dataSource() + " width=" + s.widthBytes() + " weight=" + s.weight();
    }

    /** Any values that the format has room for, each field at its limits now and then; not older than before. */
    static TraceSample fillAnything(TraceSample sample, SplittableRandom random) {
        return sample.at(sample.timeNs() + upTo(random, 1 << 20), random.nextLong(), random.nextLong())
                .by(upTo(random, Integer.MAX_VALUE), upTo(random, Integer.MAX_VALUE), upTo(random, Integer.MAX_VALUE))
                .nodes(upTo(random, 0xffff), upTo(random, 0xffff))
                .kind(upTo(random, 0xffff), upTo(random, 0xff), upTo(random, 0xffff))
                .miss(upTo(random, Integer.MAX_VALUE), upTo(random, 0xffff), upTo(random, 0xff), upTo(random, 0xff));
    }

    private static int upTo(SplittableRandom random, int limit) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> limit;
            default -> (int) random.nextLong(limit + 1L);
        };
    }
}
