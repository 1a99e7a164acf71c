// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** Sums of arrays by node, which are long where there are many nodes. Stateless. */
final class Sums {
    private static final int STEPS = 4;

    private Sums() {
    }

    /** Of the values from one index to before another; in four parts, of which none has to wait for the others. */
    static double of(double[] values, int from, int to) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = from;
        for (; i <= to - STEPS; i += STEPS) {
            first += values[i];
            second += values[i + 1];
            third += values[i + 2];
            fourth += values[i + 3];
        }
        double sum = first + second + (third + fourth);
        for (; i < to; i++) {
            sum += values[i];
        }
        return sum;
    }
}
