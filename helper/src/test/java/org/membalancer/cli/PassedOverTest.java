// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

class PassedOverTest {
    private static final MemberKey ONE = new MemberKey(0, 1);
    private static final MemberKey OTHER = new MemberKey(1, 1);

    private final Map<MemberKey, Long> samples = new HashMap<>(Map.of(ONE, 100L, OTHER, 10L));
    private final PassedOver passedOver = new PassedOver(key -> samples.getOrDefault(key, 0L));

    @Test
    void shouldCountTheSamplesOfThoseThatArePassedOver() {
        assertEquals(0, passedOver.recorded());
        passedOver.become(Set.of(ONE, OTHER));
        assertEquals(110, passedOver.recorded());
        samples.put(ONE, 107L);
        assertEquals(117, passedOver.recorded());
        passedOver.become(Set.of(OTHER));
        assertEquals(10, passedOver.recorded());
    }

    @Test
    void shouldNotTakeTheEndOfOneForNewsOfTheOthers() {
        passedOver.become(Set.of(ONE, OTHER));
        assertEquals(110, passedOver.recorded());
        samples.remove(ONE);
        assertEquals(110, passedOver.recorded());
    }
}
