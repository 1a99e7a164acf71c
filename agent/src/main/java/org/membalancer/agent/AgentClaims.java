// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.util.Optional;
import org.membalancer.core.balance.ClaimExchange;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.policy.PlacementPolicy;

/** Talks to other balancers about the fastest tier, through whichever helper is there. Owned by the duty thread. */
final class AgentClaims {
    private final boolean isWanted;
    private final AgentLog log;
    private Optional<HelperSession> session = Optional.empty();
    private Optional<ClaimExchange> exchange = Optional.empty();
    private String lastTrouble = "";

    AgentClaims(PolicyName policy, AgentLog log) {
        this.isWanted = policy.hasTiers();
        this.log = log;
    }

    /** Tells and hears, if it is time to; what was heard last holds on where the helper cannot be asked. */
    void exchange(PlacementPolicy policy, HelperSession now, long nowNs) {
        if (!isWanted) {
            return;
        }
        if (session.isEmpty() || session.get() != now) {
            session = Optional.of(now);
            exchange = Optional.of(new ClaimExchange(now.claims()));
        }
        try {
            exchange.get().exchange(policy, nowNs);
            lastTrouble = "";
        } catch (IOException e) {
            sayOnce("what others want of the fastest tier is not known: " + e.getMessage());
        }
    }

    private void sayOnce(String trouble) {
        if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            log.problem(trouble);
        }
    }
}
