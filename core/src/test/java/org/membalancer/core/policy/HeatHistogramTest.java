// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HeatHistogramTest {
    private final HeatHistogram histogram = new HeatHistogram();

    @Test
    void shouldPlaceTheHottestThatFitAndTheNextOnesAsFarAsRoomGoes() {
        histogram.add(64, 100, 0);
        histogram.add(8, 100, 0);
        histogram.add(1, 100, 0);
        assertBetween(32, histogram.placedFrom(99), 64);
        assertBetween(4, histogram.placedFrom(100), 8);
        assertBetween(4, histogram.placedFrom(199), 8);
        assertBetween(0.5, histogram.placedFrom(200), 1);
        assertEquals(0, histogram.placedFrom(300), "everything fits");
    }

    @Test
    void shouldPutAnyHeatIntoABin() {
        histogram.add(0, 1, 0);
        histogram.add(Double.MAX_VALUE, 1, 0);
        histogram.add(1e-300, 1, 0);
        assertEquals(0, histogram.placedFrom(3));
        assertBetween(1, histogram.placedFrom(0), Double.MAX_VALUE);
    }

    private static void assertBetween(double above, double value, double atMost) {
        assertTrue(value > above && value <= atMost, value + " must be above " + above + ", at most " + atMost);
    }

    @Test
    void shouldTellHowMuchMemoryGetsAShareOfAllSamples() {
        HeatHistogram histogram = new HeatHistogram();
        assertEquals(0, histogram.bytesOfHottest(1));
        histogram.add(64, 100, 60);
        histogram.add(8, 300, 30);
        histogram.add(1, 1000, 10);
        assertEquals(50, histogram.bytesOfHottest(0.3));
        assertEquals(100 + 200, histogram.bytesOfHottest(0.8));
        assertEquals(1400, histogram.bytesOfHottest(1));
    }

    @Test
    void shouldBinByTheLogarithm() {
        Random random = new Random(7);
        for (int i = 0; i < 100_003; i++) {
            double density = Math.pow(2, -8 + 32 * random.nextDouble());
            int wanted = (int) Math.floor((Math.log(density) / Math.log(2) + 8) * 4 + 1e-9);
            assertEquals(wanted, HeatHistogram.bin(density), "density " + density);
        }
        for (int quarter = 0; quarter < 128; quarter++) {
            assertEquals(quarter, HeatHistogram.bin((float) Math.pow(2, quarter / 4.0 - 8)), "an edge, rounded");
        }
    }
}
