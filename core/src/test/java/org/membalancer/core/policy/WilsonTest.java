// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonTest {

    /** Published values: 8 of 10 at 95 % has the interval 0.490 to 0.943, 0 of 10 starts at 0, 10 of 10 at 0.722. */
    @ParameterizedTest
    @CsvSource({"0.8, 10, 1.959964, 0.4901625", "0, 10, 1.959964, 0", "1, 10, 1.959964, 0.7224672",
        "0.5, 0, 3, 0", "1, 9, 3, 0.5", "0.5, 1e12, 3, 0.4999985"})
    void shouldGiveTheLowerBound(double share, double samples, double deviations, double bound) {
        assertEquals(bound, Wilson.lowerBound(share, samples, deviations), 1e-6);
    }
}
