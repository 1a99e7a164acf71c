// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.membalancer.core.policy.TierClaim;

class HelperClaimsTest {
    private static final long OURS = 7;

    private static ClaimDoor among(long[]... claims) {
        return new HelperClaims(List.of(OURS), (id, bytes, rate) -> {
            throw new AssertionError("nothing is claimed");
        }, visitor -> {
            for (long[] claim : claims) {
                visitor.claim(claim[0], claim[1], claim[2], claim[3]);
            }
        });
    }

    @Test
    void shouldClaimForItsGroup() throws IOException {
        List<Long> said = new ArrayList<>();
        new HelperClaims(List.of(OURS), (id, bytes, rate) -> said.addAll(List.of(id, bytes, rate)), visitor -> { })
                .claim(new TierClaim(11, 13));
        assertEquals(List.of(OURS, 11L, 13L), said);
    }

    @Test
    void shouldClaimOnceForAllItsGroups() throws IOException {
        List<Long> said = new ArrayList<>();
        List<Long> ended = new ArrayList<>();
        ClaimDoor door = new HelperClaims(List.of(OURS, 8L, 9L), (id, bytes, rate) -> {
            said.addAll(List.of(id, bytes, rate));
            return !ended.contains(id);
        }, visitor -> { });
        door.claim(new TierClaim(11, 13));
        assertEquals(List.of(OURS, 11L, 13L, 8L, 0L, 0L, 9L, 0L, 0L), said);
        said.clear();
        ended.add(OURS);
        door.claim(new TierClaim(17, 19));
        assertEquals(List.of(OURS, 17L, 19L, 8L, 17L, 19L, 9L, 0L, 0L), said);
        said.clear();
        ended.addAll(List.of(8L, 9L));
        door.claim(new TierClaim(0, 0));
        assertEquals(List.of(8L, 0L, 0L, 9L, 0L, 0L), said, "the one that ended is not asked again");
        assertThrows(IOException.class, () -> door.claim(new TierClaim(1, 1)));
    }

    @Test
    void shouldHearOthersThatClaimSomething() throws IOException {
        assertEquals(
                List.of(new ClaimDoor.Other(new TierClaim(11, 13), 17), new ClaimDoor.Other(new TierClaim(19, 0), 23)),
                among(new long[] {1, 11, 13, 17}, new long[] {OURS, 5, 5, 5}, new long[] {2, 0, 0, 0},
                        new long[] {3, 19, 0, 23}).others());
    }

    @Test
    void shouldPassOverNumbersThatNoClaimHas() throws IOException {
        assertEquals(List.of(new ClaimDoor.Other(new TierClaim(11, 13), 17)),
                among(new long[] {1, Long.MIN_VALUE, 1, 1}, new long[] {2, 1, -1, 1}, new long[] {3, -1, -1, 1},
                        new long[] {4, 11, 13, 17}).others());
    }

    @Test
    void shouldSayThatNobodyAnswers() {
        ClaimDoor door = new HelperClaims(List.of(OURS), (id, bytes, rate) -> true, visitor -> {
            throw new IOException("gone");
        });
        assertThrows(IOException.class, door::others);
    }
}
