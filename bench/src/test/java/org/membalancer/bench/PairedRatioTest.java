// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PairedRatioTest {

    @Test
    void shouldCancelDriftThatHitsBothOfAPair() {
        PairedRatio ratio = PairedRatio.of(new double[] {2, 4, 8}, new double[] {1, 2, 4});
        assertEquals(2.0, ratio.ratio(), 1e-12);
        assertEquals(2.0, ratio.low(), 1e-12);
        assertEquals(2.0, ratio.high(), 1e-12);
    }

    @Test
    void shouldUseStudentsTOnLogarithms() {
        // logs are -0.1, 0, 0.1: mean 0, deviation 0.1, t(2) = 4.302653
        PairedRatio ratio = PairedRatio.of(
                new double[] {Math.exp(-0.1), 1, Math.exp(0.1)}, new double[] {1, 1, 1});
        assertEquals(1.0, ratio.ratio(), 1e-12);
        assertEquals(Math.exp(4.302653 * 0.1 / Math.sqrt(3)), ratio.high(), 1e-6);
        assertTrue(ratio.low() < 1 && ratio.high() > 1, ratio.toString());
    }

    @Test
    void shouldRejectFiguresThatAreNotPositive() {
        assertThrows(IllegalArgumentException.class,
                () -> PairedRatio.of(new double[] {1, 0}, new double[] {1, 1}));
        assertThrows(IllegalArgumentException.class, () -> PairedRatio.of(new double[] {1}, new double[] {1}));
    }
}
