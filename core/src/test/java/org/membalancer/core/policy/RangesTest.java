// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

class RangesTest {

    @Test
    void shouldFindWholePagesInAnyOrderOfRanges() {
        MovableRanges ranges = MovableRanges.of(List.of(range(0x9000, 0xb800), range(0x1800, 0x4000)));
        assertEquals(-1, ranges.find(0x1000, 0x1000), "begins before the range");
        assertEquals(0, ranges.find(0x2000, 0x1000));
        assertEquals(0, ranges.find(0x3000, 0x1000));
        assertEquals(-1, ranges.find(0x4000, 0x1000), "between ranges");
        assertEquals(1, ranges.find(0xa000, 0x1000));
        assertEquals(-1, ranges.find(0xb000, 0x1000), "ends behind the range");
        assertEquals(0x2000, ranges.blockStart(0, 0x3000, 0x10000, 0x1000));
        assertEquals(0x4000, ranges.blockEnd(0, 0x3000, 0x10000, 0x1000));
        assertEquals(0xb000, ranges.blockEnd(1, 0x9000, 0x10000, 0x1000));
        assertEquals(0x9000, ranges.blockStart(1, 0x9000, 0x1000, 0x1000));
    }

    @Test
    void shouldGiveOverlappingAddressesToOneRange() {
        MovableRanges ranges = MovableRanges.of(
                List.of(range(0x1000, 0x5000), range(0x2000, 0x3000), range(0x4000, 0x8000)));
        assertEquals(0, ranges.find(0x2000, 0x1000));
        assertEquals(0, ranges.find(0x4000, 0x1000));
        assertEquals(1, ranges.find(0x5000, 0x1000));
        assertEquals(0x5000, ranges.blockStart(1, 0x7000, 0x10000, 0x1000));
    }

    @Test
    void shouldRefuseRangesThatEndBeforeTheyBegin() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> range(0x2000, 0x2000));
        assertEquals("endAddress must be above startAddress: startAddress=0x2000 endAddress=0x2000", e.getMessage());
        assertTrue(range(0x1000, -1).contains(-2), "addresses are unsigned");
    }

    @Test
    void shouldRefuseSettingsOutOfRange() {
        NumaPolicySettings settings = NumaPolicySettings.defaults();
        assertEquals("minFreePercent must be 0..100: minFreePercent=101.0", assertThrows(
                IllegalArgumentException.class, () -> settings.withMinFreePercent(101)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> settings.withMinGainShare(-0.1));
        assertThrows(IllegalArgumentException.class, () -> settings.withMinSamples(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> settings.withBudgetBytes(0));
        assertThrows(IllegalArgumentException.class, () -> settings.withHoldNs(0));
        assertEquals(64, settings.withHoldNs(1).maxHoldNs());
    }

    private static AddressRange range(long start, long end) {
        return new AddressRange(start, end, "");
    }
}
