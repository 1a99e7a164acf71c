// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PairedRatioTest {
    private static final long SEED = 7919;

    @Test
    void shouldCancelDriftThatHitsBothOfAPair() {
        PairedRatio ratio = PairedRatio.of(new double[] {2, 4, 8, 16, 32, 64}, new double[] {1, 2, 4, 8, 16, 32});
        assertEquals(2.0, ratio.ratio(), 1e-12);
        assertEquals(2.0, ratio.low(), 1e-12);
        assertEquals(2.0, ratio.high(), 1e-12);
    }

    @Test
    void shouldTakeTheMedianOfTheMeansOfTwo() {
        // of 0 1 2 3 4 10: the 21 means are 0 .5 1 1 1.5 1.5 2 2 2 2.5 2.5 3 3 3.5 4 5 5.5 6 6.5 7 10
        PairedRatio ratio = PairedRatio.ofLogs(new double[] {4, 0, 10, 1, 3, 2});
        assertEquals(2.5, Math.log(ratio.ratio()), 1e-12);
        assertEquals(0, Math.log(ratio.low()), 1e-12, "six pairs: the whole range is 96.9 %");
        assertEquals(10, Math.log(ratio.high()), 1e-12);
    }

    @Test
    void shouldCutAsTheTableOfSignedRanksSays() {
        // critical values of the rank sum at 5 %, both sides, in every table of them
        assertEquals(8, meansBelow(10));
        assertEquals(52, meansBelow(20));
    }

    @Test
    void shouldHoldTheTrueRatioInNineteenOfTwentyIntervals() {
        for (int pairs : new int[] {8, 30, 100}) {
            double held = shareOfIntervalsWithOne(pairs, 2000);
            assertTrue(held > 0.935 && held < 0.985, pairs + " pairs: " + held);
        }
    }

    @Test
    void shouldFindAnEffectOfOnePercentInNoiseOfFive() {
        double[] logs = noise(new Random(SEED), 400, Math.log(0.99), 0.05);
        PairedRatio ratio = PairedRatio.ofLogs(logs);
        assertTrue(ratio.low() < 0.99 && 0.99 < ratio.high() && ratio.high() < 1, ratio.toString());
    }

    @Test
    void shouldNotFollowPairsInWhichSomebodyElseHadTheMachine() {
        double[] logs = noise(new Random(SEED), 200, Math.log(0.99), 0.01);
        for (int i = 0; i < logs.length; i += 20) {
            logs[i] += Math.log(3);
        }
        PairedRatio ratio = PairedRatio.ofLogs(logs);
        double mean = Math.exp(Arrays.stream(logs).average().orElseThrow());
        assertEquals(0.99, ratio.ratio(), 0.002);
        assertTrue(mean > 1.03, "the geometric mean follows: " + mean);
    }

    @Test
    void shouldRejectWhatHasNoInterval() {
        assertThrows(IllegalArgumentException.class,
                () -> PairedRatio.of(new double[] {1, 1, 1, 1, 1, 0}, new double[] {1, 1, 1, 1, 1, 1}));
        assertThrows(IllegalArgumentException.class, () -> PairedRatio.of(new double[5], new double[5]));
        assertThrows(IllegalArgumentException.class, () -> PairedRatio.of(new double[6], new double[7]));
        assertThrows(IllegalArgumentException.class, () -> PairedRatio.ofLogs(new double[5]));
    }

    /** How many of the means lie below the interval: with logs 0, 1, 3, 9 ... every mean is another one. */
    private static int meansBelow(int pairs) {
        double[] logs = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            logs[i] = Math.pow(1.5, i) / 1e3;
        }
        double low = Math.log(PairedRatio.ofLogs(logs).low());
        int below = 0;
        for (int i = 0; i < pairs; i++) {
            for (int j = i; j < pairs; j++) {
                below += (logs[i] + logs[j]) / 2 < low - 1e-12 ? 1 : 0;
            }
        }
        return below;
    }

    private static double shareOfIntervalsWithOne(int pairs, int series) {
        Random random = new Random(SEED);
        int held = 0;
        for (int i = 0; i < series; i++) {
            PairedRatio ratio = PairedRatio.ofLogs(noise(random, pairs, 0, 0.1));
            held += ratio.low() <= 1 && 1 <= ratio.high() ? 1 : 0;
        }
        return (double) held / series;
    }

    private static double[] noise(Random random, int count, double mean, double deviation) {
        return random.doubles(count).map(ignored -> mean + deviation * random.nextGaussian()).toArray();
    }
}
