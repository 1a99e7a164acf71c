// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.util.SplittableRandom;
import org.membalancer.core.sample.Sample;

/** Made-up samples. */
final class TraceSamples {
    private TraceSamples() {
    }

    /** Any values that the format has room for, each field at its limits now and then; not older than before. */
    static Sample fillAnything(Sample sample, SplittableRandom random) {
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
