// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackOffTest {
    private static final long SECOND_NS = 1_000_000_000L;
    /** A clock may start anywhere, also shortly before it wraps. */
    private static final long START_NS = Long.MAX_VALUE - 17 * SECOND_NS;

    private final BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    @Test
    void shouldDoubleTheDelayUpToTheLimit() {
        List<Long> triesAtS = new ArrayList<>();
        for (long second = 0; second < 250; second++) {
            long nowNs = START_NS + second * SECOND_NS;
            if (backOff.isDue(nowNs)) {
                triesAtS.add(second);
                backOff.failed(nowNs);
            }
        }
        assertEquals(List.of(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L), triesAtS);
    }

    @Test
    void shouldTryAtOnceAfterReset() {
        backOff.failed(START_NS);
        backOff.failed(START_NS + SECOND_NS);
        assertFalse(backOff.isDue(START_NS + 2 * SECOND_NS));
        backOff.reset();
        assertTrue(backOff.isDue(START_NS + 2 * SECOND_NS));
        backOff.failed(START_NS + 2 * SECOND_NS);
        assertTrue(backOff.isDue(START_NS + 3 * SECOND_NS), "the first delay again");
    }
}
