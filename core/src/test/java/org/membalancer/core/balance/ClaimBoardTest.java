// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.PlacementPolicy;
import org.membalancer.core.policy.TierClaim;
import org.membalancer.core.residency.Residency;
import org.membalancer.core.topology.Topology;

class ClaimBoardTest {
    private static final long START_NS = 1_000_000_000_000L;
    private static final TierClaim ELSEWHERE = new TierClaim(13, 17);
    private static final TierClaim FIRST = new TierClaim(3, 5);
    private static final TierClaim SECOND = new TierClaim(7, 11);

    private final Door door = new Door();
    private final ClaimBoard board = new ClaimBoard(Optional.of(door));
    private final Wanting first = new Wanting(FIRST);
    private final Wanting second = new Wanting(SECOND);

    private static final class Door implements ClaimDoor {
        private final List<TierClaim> claimed = new ArrayList<>();
        private boolean isDeaf;

        @Override
        public void claim(TierClaim ours) throws IOException {
            if (isDeaf) {
                throw new IOException("deaf");
            }
            claimed.add(ours);
        }

        @Override
        public List<Other> others() {
            return List.of(new Other(ELSEWHERE, 20), new Other(FIRST, ClaimExchange.FRESH_MS + 1));
        }
    }

    private static final class Wanting implements PlacementPolicy {
        private final TierClaim claim;
        private List<TierClaim> heard = List.of();

        Wanting(TierClaim claim) {
            this.claim = claim;
        }

        @Override
        public MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
            return MigrationPlan.nothing();
        }

        @Override
        public void othersClaims(List<TierClaim> claims) {
            heard = claims;
        }

        @Override
        public Optional<TierClaim> claim() {
            return Optional.of(claim);
        }
    }

    private void bothExchange() {
        board.exchange(1, first);
        board.exchange(2, second);
    }

    @Test
    void shouldTellEachOfTheOthersAndOthersOfTheSum() throws IOException {
        bothExchange();
        board.exchange(START_NS);
        bothExchange();
        assertEquals(List.of(new TierClaim(10, 16)), door.claimed);
        assertEquals(List.of(ELSEWHERE, SECOND), first.heard);
        assertEquals(List.of(ELSEWHERE, FIRST), second.heard);
    }

    @Test
    void shouldTellOfOthersThoughItCannotTellThem() {
        bothExchange();
        door.isDeaf = true;
        assertThrows(IOException.class, () -> board.exchange(START_NS));
        bothExchange();
        assertEquals(List.of(ELSEWHERE, SECOND), first.heard);
    }

    @Test
    void shouldForgetWhoEnded() throws IOException {
        bothExchange();
        board.exchange(START_NS);
        board.leave(2);
        board.exchange(1, first);
        assertEquals(List.of(ELSEWHERE), first.heard);
        board.leave(1);
        board.exchange(START_NS + ClaimExchange.PERIOD_NS);
        assertEquals(new TierClaim(0, 0), door.claimed.get(1), "nothing any more");
        board.exchange(START_NS + 2 * ClaimExchange.PERIOD_NS);
        assertEquals(2, door.claimed.size(), "which is told once");
    }

    @Test
    void shouldTalkNoMoreOftenThanItHasTo() throws IOException {
        bothExchange();
        board.exchange(START_NS);
        board.exchange(START_NS + ClaimExchange.PERIOD_NS - 1);
        assertEquals(1, door.claimed.size());
    }

    @Test
    void shouldStillTellOfEachOtherWithoutADoor() throws IOException {
        ClaimBoard alone = new ClaimBoard(Optional.empty());
        alone.exchange(1, first);
        alone.exchange(START_NS);
        alone.exchange(2, second);
        assertEquals(List.of(FIRST), second.heard);
    }
}
