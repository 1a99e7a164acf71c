// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairShareTest {
    private static TierClaim claim(long bytes, long accessesPerSecond) {
        return new TierClaim(bytes, accessesPerSecond);
    }

    @Test
    void shouldLimitNobodyWhereThereIsEnoughForAll() {
        assertEquals(FairShare.UNLIMITED, FairShare.of(claim(60, 1), List.of(claim(40, 1000)), 100));
        assertEquals(FairShare.UNLIMITED, FairShare.of(claim(1000, 1), List.of(), 1000));
    }

    @Test
    void shouldDivideInProportionToAccesses() {
        assertEquals(75, FairShare.of(claim(200, 300), List.of(claim(200, 100)), 100));
        assertEquals(25, FairShare.of(claim(200, 100), List.of(claim(200, 300)), 100));
        assertEquals(50, FairShare.of(claim(200, 7), List.of(claim(200, 7)), 100), "equal claims are two claims");
    }

    @Test
    void shouldGiveNobodyMoreThanItClaims() {
        assertEquals(10, FairShare.of(claim(10, 1000), List.of(claim(200, 1)), 100));
        assertEquals(90, FairShare.of(claim(200, 1), List.of(claim(10, 1000)), 100));
    }

    @Test
    void shouldGiveALittleToWhoHasNoSampleYet() {
        assertTrue(FairShare.of(claim(200, 0), List.of(claim(200, 99)), 100) >= 1);
    }

    @Test
    void shouldDivideAllThatThereIsAndNoMoreWhoeverCounts() {
        Random random = new Random(7);
        for (int machine = 0; machine < 997; machine++) {
            List<TierClaim> claims = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(7); i++) {
                claims.add(claim(1 + random.nextInt(1_000_000), random.nextInt(1000)));
            }
            long wanted = claims.stream().mapToLong(TierClaim::bytes).sum();
            long capacity = 1 + random.nextInt((int) wanted);
            long divided = 0;
            for (int i = 0; i < claims.size(); i++) {
                List<TierClaim> others = new ArrayList<>(claims);
                TierClaim ours = others.remove(i);
                divided += Math.min(ours.bytes(), FairShare.of(ours, others, capacity));
            }
            assertEquals(capacity, divided, claims.size(), "of " + claims);
        }
    }
}
