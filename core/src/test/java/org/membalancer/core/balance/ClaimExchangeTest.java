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

class ClaimExchangeTest {
    private static final long START_NS = 1_000_000_000_000L;
    private static final TierClaim OURS = new TierClaim(7, 11);
    private static final TierClaim THEIRS = new TierClaim(13, 17);

    private final Door door = new Door();
    private final Wanting policy = new Wanting();
    private final ClaimExchange exchange = new ClaimExchange(door);

    private static final class Door implements ClaimDoor {
        private final List<TierClaim> claimed = new ArrayList<>();
        private boolean isDeaf;
        private List<Other> others = List.of();

        @Override
        public void claim(TierClaim ours) throws IOException {
            if (isDeaf) {
                throw new IOException("deaf");
            }
            claimed.add(ours);
        }

        @Override
        public List<Other> others() {
            return others;
        }
    }

    private static final class Wanting implements PlacementPolicy {
        private Optional<TierClaim> claim = Optional.empty();
        private final List<List<TierClaim>> heard = new ArrayList<>();

        @Override
        public MigrationPlan plan(long nowNs, HeatSnapshot heat, Residency residency, Topology topology) {
            return MigrationPlan.nothing();
        }

        @Override
        public void othersClaims(List<TierClaim> claims) {
            heard.add(claims);
        }

        @Override
        public Optional<TierClaim> claim() {
            return claim;
        }
    }

    @Test
    void shouldTellAndHear() throws IOException {
        policy.claim = Optional.of(OURS);
        door.others = List.of(new ClaimDoor.Other(THEIRS, 20));
        exchange.exchange(policy, START_NS);
        assertEquals(List.of(OURS), door.claimed);
        assertEquals(List.of(List.of(THEIRS)), policy.heard);
    }

    @Test
    void shouldHearThoughItCannotTell() {
        policy.claim = Optional.of(OURS);
        door.others = List.of(new ClaimDoor.Other(THEIRS, 20));
        door.isDeaf = true;
        assertThrows(IOException.class, () -> exchange.exchange(policy, START_NS));
        assertEquals(List.of(List.of(THEIRS)), policy.heard);
    }

    @Test
    void shouldTalkNoMoreOftenThanItHasTo() throws IOException {
        for (long ns = 0; ns < 10 * ClaimExchange.PERIOD_NS; ns += ClaimExchange.PERIOD_NS / 5) {
            exchange.exchange(policy, START_NS + ns);
        }
        assertEquals(10, policy.heard.size());
    }

    @Test
    void shouldForgetWhoHasFallenSilent() throws IOException {
        door.others = List.of(new ClaimDoor.Other(THEIRS, ClaimExchange.FRESH_MS + 1), new ClaimDoor.Other(OURS, 1));
        exchange.exchange(policy, START_NS);
        assertEquals(List.of(List.of(OURS)), policy.heard);
    }

    @Test
    void shouldTakeBackAClaimWhenAskedToAndClaimAnewAtOnce() throws IOException {
        policy.claim = Optional.of(OURS);
        exchange.takeBack();
        exchange.exchange(policy, START_NS);
        exchange.takeBack();
        exchange.takeBack();
        exchange.exchange(policy, START_NS + 1);
        assertEquals(List.of(OURS, new TierClaim(0, 0), OURS), door.claimed);
    }

    @Test
    void shouldTakeBackAClaimOnceNothingIsWanted() throws IOException {
        exchange.exchange(policy, START_NS);
        policy.claim = Optional.of(OURS);
        exchange.exchange(policy, START_NS + ClaimExchange.PERIOD_NS);
        policy.claim = Optional.empty();
        exchange.exchange(policy, START_NS + 2 * ClaimExchange.PERIOD_NS);
        exchange.exchange(policy, START_NS + 3 * ClaimExchange.PERIOD_NS);
        assertEquals(List.of(OURS, new TierClaim(0, 0)), door.claimed);
    }
}
