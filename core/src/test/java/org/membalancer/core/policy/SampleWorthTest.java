// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleWorthTest {
    @Test
    void shouldBeTenMicrosecondsADistanceWhereNobodyCanTell() {
        assertEquals(10_000.0, SampleWorth.unknown().nsPerDistance());
        assertEquals("1.00 ms of a thread, as assumed", SampleWorth.unknown().text());
    }

    @Test
    void shouldGrowWithWhatASampleStandsFor() {
        assertEquals(73_000.0, SampleWorth.measured(7.3e6).nsPerDistance());
        assertEquals("7.30 ms of a thread, as measured", SampleWorth.measured(7.3e6).text());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void shouldBeMoreThanNothingAndFinite(double threadNs) {
        assertThrows(IllegalArgumentException.class, () -> SampleWorth.measured(threadNs));
    }
}
